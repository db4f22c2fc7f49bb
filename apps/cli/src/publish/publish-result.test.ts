import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startModelHub } from "@trainchain/testing";
import { toyAdapter } from "@trainchain/testing/toy-adapters";
import { afterAll, beforeAll, expect, it } from "vitest";
import { adapterReceipt } from "../receipt/testing/adapter-receipt.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));
const token = "hf_nobodyMayEverReadThisToken";
const card = `---
base_model: Qwen/Qwen2.5-1.5B-Instruct
library_name: peft
---

# Adapter of job 7
`;

let folder: string;
let hub: Awaited<ReturnType<typeof startModelHub>>;
let adapter: Uint8Array;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "trainchain-publish-"));
  adapter = toyAdapter({ jobSeed: 7, rank: 4, noiseSeed: 1 });
  // Less than the adapter has, so that it goes in parts.
  hub = await startModelHub({ token, owner: "ann", partBytes: 10_000 });
});
afterAll(async () => {
  hub.stop();
  await rm(folder, { recursive: true });
});

/** A downloaded result; returns its folder. */
async function resultIn(name: string): Promise<string> {
  const dir = join(folder, name);
  await mkdir(dir);
  const receipt = adapterReceipt(createHash("sha256").update(adapter).digest("hex"));
  const config = { peft_type: "LORA", r: 4, lora_alpha: 8, base_model_name_or_path: receipt.result.model.id };
  await writeFile(join(dir, "adapter_model.safetensors"), adapter);
  await writeFile(join(dir, "adapter_config.json"), JSON.stringify(config));
  await writeFile(join(dir, "README.md"), card);
  await writeFile(join(dir, "result.json"), JSON.stringify(receipt.result));
  await writeFile(join(dir, "receipt.json"), JSON.stringify(receipt));
  return dir;
}

/** Runs the command as a process of its own, which knows no setting but these. */
function publish(dir: string, args: string[], env: Record<string, string> = { HF_TOKEN: token }) {
  const all = ["--disable-warning=ExperimentalWarning", main, "result", "export", dir, "--json", ...args];
  const options = { env: { PATH: process.env.PATH, HF_ENDPOINT: hub.url, ...env } };
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, all, options, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
    );
  });
}

it("puts adapter, card with licence and data, result and receipt into a repository of the owner's alone, in one commit", async () => {
  const dir = await resultIn("whole");
  const { code, stdout } = await publish(dir, ["--hf", "ann/house-style"]);
  expect(code).toBe(0);
  const repository = hub.repositories.get("ann/house-style")!;
  expect(JSON.parse(stdout)).toMatchObject({ form: "hf", url: `${hub.url}/ann/house-style`, commit: /1$/ });
  expect(repository).toMatchObject({ isPrivate: true, commits: [{ title: "Adapter of job 7" }] });
  const { files } = repository.commits[0]!;
  expect([...files.keys()].sort()).toEqual([
    "README.md",
    "adapter_config.json",
    "adapter_model.safetensors",
    "receipt.json",
    "result.json",
  ]);
  expect(new Uint8Array(files.get("adapter_model.safetensors")!)).toEqual(adapter);
  const readme = files.get("README.md")!.toString();
  expect(readme).toMatch(
    /^---\nbase_model: Qwen\/Qwen2.5-1.5B-Instruct\nlibrary_name: peft\nlicense: apache-2.0\n---\n/,
  );
  expect(readme).toContain("# Adapter of job 7");
  expect(readme).toContain("| rows trained on | 79, in 2 parts: 40, 39 |");
  expect(readme).toContain("| rows held out | 20 |");
});

it("writes to a repository that is there, leaves it as readable as it was, and sends no adapter again", async () => {
  const dir = await resultIn("again");
  const first = await publish(dir, ["--hf", "ann/twice", "--public"]);
  const before = hub.requests.length;
  const second = await publish(dir, ["--hf", "ann/twice"]);
  expect([first.code, second.code]).toEqual([0, 0]);
  const { isPrivate, commits } = hub.repositories.get("ann/twice")!;
  expect([isPrivate, commits.length]).toEqual([false, 2]);
  expect(hub.requests.slice(before).filter(({ method }) => method === "PUT")).toEqual([]);
});

it("shows the token to the hub's own routes alone, never in an address or a message", async () => {
  const dir = await resultIn("secret");
  const told = await Promise.all([
    publish(dir, ["--hf", "ann/secret"]),
    publish(dir, ["--hf", "bob/secret"]),
    publish(dir, ["--hf", "ann/secret"], { HF_TOKEN: "hf_another" }),
  ]);
  expect(told.map(({ code }) => code)).toEqual([0, 2, 2]);
  for (const { stdout, stderr } of told) expect(`${stdout}${stderr}`).not.toMatch(/hf_(nobody|another)/);
  expect(told[1]?.stdout).toContain("does not let this token write to bob/secret");
  expect(hub.requests.filter(({ url }) => url.includes("hf_"))).toEqual([]);
  const uploads = hub.requests.filter(({ url }) => /^\/(object|part|complete)\//.test(url));
  expect(uploads.length).toBeGreaterThan(0);
  expect(uploads.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
});

it("tells what is missing or wrong before anything is sent", async () => {
  const dir = await resultIn("other");
  await writeFile(join(dir, "adapter_model.safetensors"), toyAdapter({ jobSeed: 7, rank: 4, noiseSeed: 2 }));
  const before = hub.requests.length;
  const codeOf = async (args: string[], env?: Record<string, string>) =>
    JSON.parse((await publish(dir, args, env)).stdout || "null")?.error?.code;
  expect(await codeOf(["--hf", "ann/other"])).toBe("invalid-input");
  expect(await codeOf(["--hf", "ann/other"], {})).toBe("configuration-invalid");
  expect(await codeOf(["--hf", "house-style"])).toBe("invalid-input");
  expect(await codeOf(["--gguf", "--public"])).toBe("invalid-input");
  expect(hub.requests.length).toBe(before);
});

it("says that a hub is away", async () => {
  const dir = await resultIn("away");
  hub.setDown(true);
  const { code, stdout } = await publish(dir, ["--hf", "ann/away"]).finally(() => hub.setDown(false));
  expect(code).toBe(75);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: "storage-unavailable" } });
});
