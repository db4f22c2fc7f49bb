import { join } from "node:path";
import type { LlmJobForWork } from "@trainchain/db/work";
import {
  type MergeInput,
  type MergeResult,
  mergeAdapters,
  mergeRound,
  type RoundResult,
  writeInitialAdapter,
} from "@trainchain/lora/node";
import { TrainChainError } from "@trainchain/protocol";
import type { WorkerDeps } from "../deps.ts";
import type { AdapterTerms } from "../verifying/adapter-terms.ts";
import { placeMomentum, type RoundStart } from "../verifying/round-start.ts";

export interface MergedDeliveries {
  result: MergeResult;
  /** What the next round starts from; only where one may follow. */
  next: RoundResult | undefined;
}

/**
 * The result of a job, in the folder `out`: the mean of its deliveries, or the outer step along it in a series of
 * rounds, and then also what the next round starts from: the same sum at the job's own rank, on the scale of its
 * initial A, with the momentum beside it.
 */
export async function mergeDeliveries(
  deps: WorkerDeps,
  found: LlmJobForWork,
  {
    inputs,
    terms,
    start,
    dir,
    out,
  }: { inputs: readonly MergeInput[]; terms: AdapterTerms; start: RoundStart; dir: string; out: string },
): Promise<MergedDeliveries> {
  const { modules, rank, alpha } = terms;
  const { aggregation, series } = found.prepared.spec;
  const { method } = aggregation;
  const common = { adapters: inputs, modules, baseModel: found.prepared.modelName };
  if (!series) {
    const result = await mergeAdapters({ ...common, method, rank: aggregation.rank, out });
    return { result, next: undefined };
  }
  if (method === "fedavg")
    throw new TrainChainError("configuration-invalid", "factors averaged apart have no step between rounds");
  const step = {
    ...common,
    outer: series.outerStep,
    start: start.adapter && { file: start.file, rank, alpha },
    momentum: await placeMomentum(deps, found, dir),
  };
  const { next: result } = await mergeRound({ ...step, method, rank: aggregation.rank, out });
  if (series.round === series.rounds) return { result, next: undefined };
  const initial = join(dir, "initial.safetensors");
  await writeInitialAdapter(initial, terms);
  const next = await mergeRound({
    ...step,
    rank,
    split: { trainOn: { file: initial, rank, alpha } },
    out: join(dir, "next-start"),
    momentumOut: { folder: join(dir, "next-momentum"), rank: "auto" },
  });
  return { result, next };
}
