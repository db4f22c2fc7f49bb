import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { modulesOfLlamaLike } from "../src/index.ts";
import { mergeAdapters } from "../src/node/index.ts";

const environment =
  process.env.TRAINCHAIN_ENV_DIR ?? fileURLToPath(new URL("../../../.trainchain_env", import.meta.url));
const script = fileURLToPath(new URL("./peft_oracle.py", import.meta.url));

/** As in peft_oracle.py. */
const contributors = [
  { rank: 4, alpha: 8, weight: 100 },
  { rank: 8, alpha: 4, weight: 250 },
  { rank: 6, alpha: 24, weight: 37 },
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lora-oracle-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function oracle(command: string): string {
  const python = ["bin/python", "Scripts/python.exe"].map((path) => join(environment, path)).find(existsSync);
  if (!python)
    throw new Error(
      `no Python environment in ${environment}: npm test sets it up, or set TRAINCHAIN_ENV_DIR`,
    );
  return execFileSync(python, [script, command, folder], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
}

it("merged adapters load in PEFT and give the logits of its own cat and svd", {
  timeout: 300_000,
}, async () => {
  oracle("make");
  const modules = modulesOfLlamaLike(JSON.parse(readFileSync(join(folder, "base", "config.json"), "utf8")));
  const adapters = contributors.map((contributor, i) => ({
    ...contributor,
    file: join(folder, String(i), "adapter_model.safetensors"),
  }));
  const options = { adapters, modules, baseModel: "base" };
  await mergeAdapters({ ...options, method: "exact", out: join(folder, "exact") });
  await mergeAdapters({ ...options, method: "svd", rank: 5, out: join(folder, "svd") });
  const differences = JSON.parse(oracle("compare").trim().split("\n").at(-1)!);
  expect(differences.exact).toBeLessThan(1e-4);
  expect(differences.svd).toBeLessThan(1e-4);
  expect(differences.base).toBeGreaterThan(0.01);
});
