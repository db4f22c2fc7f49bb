import { join } from "node:path";
import type { AdapterJobForWork } from "@trainchain/db/work";
import {
  type MergeInput,
  type MergeResult,
  mergeAdapters,
  mergeNextStart,
  mergeRound,
  type NextStart,
} from "@trainchain/lora/node";
import { TrainChainError } from "@trainchain/protocol";
import type { WorkerDeps } from "../../deps.ts";
import type { AdapterTerms } from "./adapter-terms.ts";
import { placeLastMean, type RoundStart } from "./round-start.ts";

export interface MergedDeliveries {
  result: MergeResult;
  /** What the next round starts from; only where one may follow. */
  next: NextStart | undefined;
}

/**
 * The result of a job, in the folder `out`: the mean of its deliveries; and in a series of rounds what the next one
 * starts from.
 */
export async function mergeDeliveries(
  deps: WorkerDeps,
  found: AdapterJobForWork,
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
  const startedFrom = { file: start.file, rank, alpha };
  const result = await mergeRound({
    ...common,
    start: start.adapter && startedFrom,
    method,
    rank: aggregation.rank,
    out,
  });
  if (series.round === series.rounds) return { result, next: undefined };
  const next = await mergeNextStart({
    ...common,
    start: startedFrom,
    lastMean: { file: (await placeLastMean(deps, found, dir)) ?? start.file, rank, alpha },
    momentum: series.momentum,
    out: join(dir, "next-start"),
    meanOut: join(dir, "next-last-mean"),
  });
  return { result, next };
}
