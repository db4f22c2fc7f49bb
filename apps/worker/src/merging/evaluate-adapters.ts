import { join } from "node:path";
import type { LlmJobForWork } from "@trainchain/db/work";
import { dataDraftOf, holdoutContext, TrainChainError } from "@trainchain/protocol";
import type { WorkerDeps } from "../deps.ts";
import { pathOfModel } from "../path-of-model.ts";
import { fetchUnsealed } from "../seal-file.ts";

export interface Loss {
  loss: number;
  bitsPerByte: number;
}

/** A holdout has at most 10,000 rows; this bounds what a wrong one could fill the disk with. */
const maxHoldoutBytes = 4 * 1024 ** 3;

/** Held-out losses of the base model ("base") and of adapters by folder, or undefined where no evaluator is set up. */
export async function evaluateAdapters(
  deps: WorkerDeps,
  found: LlmJobForWork,
  folders: readonly string[],
  dir: string,
): Promise<Map<string, Loss> | undefined> {
  if (!deps.evaluator) return undefined;
  const holdout = join(dir, "holdout.jsonl");
  await fetchUnsealed(deps, {
    cid: found.prepared.holdoutCid,
    context: holdoutContext({ draftId: dataDraftOf(found.prepared.spec) }),
    path: holdout,
    maxBytes: maxHoldoutBytes,
  });
  return await evaluateOn(deps, deps.evaluator, found, { rows: holdout, folders });
}

/**
 * Losses of the base model ("base") and of adapters by folder, on a file of rows. The Python process sees folders and
 * no key.
 */
export async function evaluateOn(
  deps: WorkerDeps,
  evaluator: NonNullable<WorkerDeps["evaluator"]>,
  { prepared: { spec } }: LlmJobForWork,
  { rows, folders, mostRows }: { rows: string; folders: readonly string[]; mostRows?: number },
): Promise<Map<string, Loss>> {
  const model = ["--model", pathOfModel(deps, spec.model.id), "--model-revision", spec.model.revision];
  const data = ["--holdout", rows, "--max-length", String(spec.training.maxLength)];
  const limit = mostRows === undefined ? [] : ["--max-rows", String(mostRows)];
  const events = await evaluator.run({
    script: "evaluate.py",
    args: [...model, ...data, ...limit, "--adapters", ...folders],
  });
  const losses = new Map<string, Loss>();
  for (const event of events)
    if (event.event === "evaluated")
      losses.set(event.name, { loss: event.loss, bitsPerByte: event.bitsPerByte });
  const missing = ["base", ...folders].find((name) => !losses.has(name));
  if (missing) throw new TrainChainError("training-failed", `the evaluator gave no loss for ${missing}`);
  return losses;
}
