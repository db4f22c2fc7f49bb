import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { localBaseModel } from "@trainchain/protocol";
import { createLocalEvaluator } from "@trainchain/python-env";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { WorkerDeps } from "../../apps/worker/src/deps.ts";
import { countFittingRows } from "../../apps/worker/src/kinds/adapters/count-fitting-rows.ts";
import { pythonEnvDir } from "../../scripts/env.ts";
import { toyModel } from "../agent-process.ts";

const scriptDir = fileURLToPath(new URL("../../trainer", import.meta.url));
const deps = {
  evaluator: createLocalEvaluator({ envDir: pythonEnvDir, scriptDir }),
  models: [localBaseModel(toyModel)],
} as unknown as WorkerDeps;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "trainchain-rows-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(name: string, { short, long }: { short: number; long: number }): Promise<string> {
  const row = (instruction: string) => `${JSON.stringify({ instruction, input: "", output: "A word." })}\n`;
  const path = join(folder, name);
  await writeFile(path, row("Say a word.").repeat(short) + row("Read this. ".repeat(200)).repeat(long));
  return path;
}

const count = (maxLength: number, holdout: string, ...shards: string[]) =>
  countFittingRows(deps, { id: "toy-model", revision: "local" }, { maxLength }, { holdout, shards });

it("rows that fit are counted shard by shard; where too few do, the job is refused with a length that would do", async () => {
  const held = await fileOf("holdout.jsonl", { short: 10, long: 10 });
  const mixed = await fileOf("shard-0.jsonl", { short: 5, long: 2 });
  expect(await count(256, held, mixed)).toEqual([5]);

  const lost = await fileOf("shard-1.jsonl", { short: 0, long: 7 });
  const refusal = await count(256, held, mixed, lost).catch((error: unknown) => error);
  expect(refusal).toMatchObject({
    code: "dataset-invalid",
    message: expect.stringContaining("19 of 34 rows do not fit 256 tokens"),
    facts: { rows: 34, lost: 19 },
  });
  const { fix } = refusal as { fix: string };
  const [length] = /\d+/.exec(fix) ?? [];
  expect(await count(Number(length), held, mixed, lost)).toEqual([7, 7]);
});
