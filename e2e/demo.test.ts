import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { receiptSchema } from "@trainchain/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const run = promisify(execFile);

interface DemoDocument {
  holds: boolean;
  receipt: unknown;
  claims: { claim: string; holds: boolean }[];
  balances: { who: string; beforeWei: string; afterWei: string; gasPaidWei: string }[];
}

const sample = join(root, "packages/dataset/samples/sample-600.jsonl");

/** The sample's first 200 rows as a spreadsheet would save them. */
function asCsv(jsonl: string): string {
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const rows = jsonl
    .split("\n")
    .slice(0, 200)
    .map((line) => JSON.parse(line) as Record<string, string>);
  const fields = ["instruction", "input", "output"];
  return [
    fields.join(","),
    ...rows.map((row) => fields.map((field) => cell(row[field] ?? "")).join(",")),
  ].join("\n");
}

/** The demo as a user runs it, through the launcher; fails with its whole stderr when it exits non-zero. */
async function demo(...args: string[]): Promise<DemoDocument> {
  const { stdout } = await run(
    process.execPath,
    [join(root, "scripts/launch.mjs"), "demo", "--json", ...args],
    {
      cwd: root,
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  return JSON.parse(stdout) as DemoDocument;
}

describe("npm run demo", () => {
  let out: string;
  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), "trainchain-demo-out-"));
  });
  afterAll(() => rm(out, { recursive: true, force: true }));

  it("runs a job from request to reward, every claim holding, and keeps what --out asks for", {
    timeout: 1_500_000,
  }, async () => {
    const dataset = join(out, "sample.csv");
    await writeFile(dataset, asCsv(await readFile(sample, "utf8")));

    const options = ["--model", "toy", "--dataset", dataset, "--rank", "4", "--epochs", "2"];
    const document = await demo("--out", out, ...options);

    expect(document.claims.filter(({ holds }) => !holds)).toEqual([]);
    expect(document.holds).toBe(true);
    const receipt = receiptSchema.parse(document.receipt);
    const { evaluation, contributors } = receipt.result;
    expect(contributors.map(({ rows }) => rows)).toEqual([90, 90]);
    expect(evaluation?.merged.loss).toBeLessThan(evaluation?.base.loss ?? 0);
    for (const { beforeWei, afterWei, gasPaidWei } of document.balances.slice(1))
      expect(BigInt(afterWei) - BigInt(beforeWei) + BigInt(gasPaidWei)).toBe(600_000_000_000_000_000n);
    const kept = ["receipt.json", "adapter_model.safetensors", "adapter_config.json", "README.md"];
    for (const file of [...kept, "logs/api.log", "logs/worker.log", "logs/contributor-1.log"])
      expect(existsSync(join(out, file)), file).toBe(true);
    expect(receiptSchema.parse(JSON.parse(await readFile(join(out, "receipt.json"), "utf8")))).toEqual(
      receipt,
    );
  });
});
