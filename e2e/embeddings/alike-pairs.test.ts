import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { localBaseModel } from "@trainchain/protocol";
import { createLocalEvaluator, pythonPath } from "@trainchain/python-env";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { WorkerDeps } from "../../apps/worker/src/deps.ts";
import { countFittingRows } from "../../apps/worker/src/kinds/adapters/count-fitting-rows.ts";
import { pythonEnvDir } from "../../scripts/env.ts";
import { makePairs, words } from "./made-pairs.ts";

const trainer = fileURLToPath(new URL("../../trainer", import.meta.url));
let folder: string;
let deps: WorkerDeps;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "trainchain-alike-"));
  const encoder = join(folder, "tiny");
  const make = fileURLToPath(new URL("make_encoder.py", import.meta.url));
  await promisify(execFile)(pythonPath(pythonEnvDir), [make, encoder, trainer, ...words]);
  const evaluator = createLocalEvaluator({ envDir: pythonEnvDir, scriptDir: trainer });
  deps = { evaluator, models: [localBaseModel(encoder)] } as unknown as WorkerDeps;
});
afterAll(() => rm(folder, { recursive: true }));

/** Pairs of which so many ask the same. */
async function fileOf(name: string, pairs: number, alike: number): Promise<string> {
  const rows = makePairs(pairs).map(({ anchor, positive }, number) => ({
    ...{ instruction: number < alike ? "sun" : anchor, input: "", output: positive },
  }));
  const path = join(folder, name);
  await writeFile(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return path;
}

const count = (maxLength: number, holdout: string, ...shards: string[]) =>
  countFittingRows(
    deps,
    { id: "tiny", revision: "local" },
    { maxLength, objective: "in-batch" },
    { holdout, shards },
  );

it("pairs of which most have no wrong answer in their own file are refused, the held-out ones too", async () => {
  const plain = await fileOf("holdout.jsonl", 50, 0);
  const some = await fileOf("shard-0.jsonl", 20, 19);
  expect(await count(32, plain, some)).toEqual([20]);
  const all = await fileOf("shard-1.jsonl", 20, 20);
  await expect(count(32, plain, some, all)).rejects.toMatchObject({
    code: "dataset-invalid",
    message: expect.stringContaining("20 of 20 pairs of shard-1.jsonl share a text with all others there"),
    facts: { rows: 20, contrasted: 0, maxLength: 32 },
  });
  const alike = await fileOf("holdout.jsonl", 50, 50);
  await expect(count(32, alike, some)).rejects.toThrow("50 of 50 pairs of holdout.jsonl");
});

it("held-out pairs with few different positives are refused: all are found whatever was trained", async () => {
  const some = await fileOf("shard-0.jsonl", 20, 0);
  const classes = join(folder, "holdout.jsonl");
  const write = (different: number) =>
    writeFile(
      classes,
      makePairs(60)
        .map(({ anchor }, number) => ({
          instruction: anchor,
          input: "",
          output: makePairs(different)[number % different]!.positive,
        }))
        .map((row) => `${JSON.stringify(row)}\n`)
        .join(""),
    );
  await write(19);
  await expect(count(32, classes, some)).rejects.toMatchObject({
    code: "dataset-invalid",
    facts: { different: 19, maxLength: 32 },
  });
  await write(20);
  expect(await count(32, classes, some)).toEqual([20]);
});
