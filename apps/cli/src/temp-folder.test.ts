import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hubCommit } from "@trainchain/testing";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createTempFolder, removeTempFolder } from "./temp-folder.ts";

/** A hub whose file never comes to its end. */
const hub = createServer(({ url = "" }, response) => {
  if (!url.startsWith("/api/")) return void response.write('{"prompt":"a","completion":"b"}\n');
  response.end(JSON.stringify({ sha: hubCommit, siblings: [{ rfilename: "rows.jsonl" }] }));
});
let temp: string;
beforeAll(async () => {
  temp = await mkdtemp(join(tmpdir(), "trainchain-temp-"));
  vi.stubEnv("TMPDIR", temp);
  await new Promise<void>((resolve) => hub.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  hub.closeAllConnections();
  hub.close();
  await rm(temp, { recursive: true });
});

/** Ends `trainchain dataset check hf://…` when rows have come; returns the signal that it ended by. */
async function endWhileFetching(signal: NodeJS.Signals): Promise<NodeJS.Signals | null> {
  const script = join(import.meta.dirname, "main.ts");
  const child = spawn(process.execPath, [script, "dataset", "check", "hf://ann/rows"], {
    env: { ...process.env, HF_ENDPOINT: `http://127.0.0.1:${(hub.address() as AddressInfo).port}` },
    stdio: "ignore",
  });
  const exited = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  await vi.waitUntil(
    async () => {
      const name = (await readdir(temp)).find((one) => one.includes(`-${child.pid}-`));
      const file = name && (await stat(join(temp, name, "rows.jsonl")).catch(() => undefined));
      return file && file.size > 0;
    },
    { timeout: 120_000 },
  );
  child.kill(signal);
  return (await exited)[1];
}

it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "a command that ends by %s takes its data in the clear along, and is seen to have ended so",
  async (signal) => {
    expect(await endWhileFetching(signal)).toBe(signal);
    expect(await readdir(temp)).toEqual([]);
  },
);

it("a command that listens to a signal itself ends in its own way, and takes them along too", async () => {
  const source = `
    import { createTempFolder } from ${JSON.stringify(import.meta.resolve("./temp-folder.ts"))};
    process.once("SIGTERM", () => setTimeout(() => process.exit(7), 100));
    await createTempFolder("chat");
    setInterval(() => undefined, 1_000);
    console.log("ready");
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", source], { stdio: "pipe" });
  const exited = once(child, "exit");
  await once(child.stdout, "data");
  expect(await readdir(temp)).toHaveLength(1);
  child.kill("SIGTERM");
  expect(await exited).toEqual([7, null]);
  expect(await readdir(temp)).toEqual([]);
});

it("what a command left that was killed is removed by the next one, and nothing else is", async () => {
  await endWhileFetching("SIGKILL");
  const [, left, machine] = /^(trainchain-hub-(\w+)-)\d+-\w+$/.exec((await readdir(temp)).join()) ?? [];
  const ofOthers = [
    `trainchain-hub-00000000-${2 ** 30}-a1B2c3`,
    `trainchain-hub-${machine}-${process.ppid}-a1B2c3`,
    `trainchain-reports-${machine}-${2 ** 30}-a1B2c3`,
  ];
  expect(left).toBe(`trainchain-hub-${machine}-`);
  for (const name of ofOthers) await mkdir(join(temp, name));
  const folder = await createTempFolder("hub");
  await removeTempFolder(folder);
  expect((await readdir(temp)).sort()).toEqual(ofOthers.sort());
});
