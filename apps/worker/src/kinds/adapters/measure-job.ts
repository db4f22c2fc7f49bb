import { join } from "node:path";
import type { AdapterJobForWork } from "@trainchain/db/work";
import { type MergeInput, mergeAdapters } from "@trainchain/lora/node";
import { dataDraftOf, holdoutContext } from "@trainchain/protocol";
import { fetchUnsealed } from "../../deliveries/seal-file.ts";
import type { WorkerDeps } from "../../deps.ts";
import type { AdapterTerms } from "./adapter-terms.ts";
import { assertGivenUp } from "./assert-given-up.ts";
import type { GatheredAdapter } from "./gather-adapters.ts";
import { type Measured, measureAdapters, type RowLosses, rowLossesOf } from "./measure-adapters.ts";
import type { RoundStart } from "./round-start.ts";

/** What was measured on the rows that nobody trained on. */
export interface HeldOut {
  /** The rows, in the clear. */
  rows: string;
  /** Of "base", and of folders. */
  losses: ReadonlyMap<string, Measured>;
}

interface MeasuredMerge<Score> {
  evaluation: {
    holdoutRows: number;
    measured: { rows: number; tokens: number };
    base: Score;
    start: Score | undefined;
    merged: Score;
    fedavg: Score | null;
  };
  /** Of the merge. */
  figures: RowLosses;
}

/** A holdout has at most 10,000 rows; this bounds what a wrong one could fill the disk with. */
const maxHoldoutBytes = 4 * 1024 ** 3;

/**
 * Losses of the base model, a later round's start and each delivery; undefined where no evaluator is set up, nor was
 * when the job was prepared, or none came back until near the end of the last delivery's review.
 * @throws TrainChainError `environment-broken` before
 */
export async function measureOnHoldout(
  deps: WorkerDeps,
  found: AdapterJobForWork,
  { adapters, start, dir }: { adapters: readonly GatheredAdapter[]; start: RoundStart; dir: string },
): Promise<HeldOut | undefined> {
  if (!deps.evaluator) {
    // By the last, whose review the escrow waits for.
    const last = found.submissions.findLast(({ status }) => status === "submitted");
    // Nothing else counts the rows that fit.
    if (last && found.prepared.spec.dataset.fittingRows)
      assertGivenUp(found, { ...last, ...(await deps.client.getBlock()) });
    return undefined;
  }
  const rows = join(dir, "holdout.jsonl");
  const context = holdoutContext({ draftId: dataDraftOf(found.prepared.spec) });
  await fetchUnsealed(deps, {
    ...{ cid: found.prepared.holdoutCid, context, path: rows, maxBytes: maxHoldoutBytes },
  });
  const from = start.adapter ? [{ folder: start.folder, contributor: "start", adapterCid: "" }] : [];
  const measuring = { rows, adapters: [...from, ...adapters], start: start.folder };
  return { rows, losses: await measureAdapters(deps, deps.evaluator, found, measuring) };
}

/**
 * The result's evaluation: of the merged adapter, and of the baseline, the factors averaged apart, which is only there
 * to be compared with. A result that has no loss has no evaluation: what was delivered is judged by then.
 */
export async function measureMerged<Score>(
  deps: WorkerDeps,
  found: AdapterJobForWork,
  {
    rows,
    losses,
    deliveries,
    terms,
    start,
    dir,
    scoreOf,
  }: HeldOut & {
    deliveries: readonly MergeInput[];
    terms: AdapterTerms;
    start: RoundStart;
    dir: string;
    scoreOf: (figures: RowLosses) => Score;
  },
): Promise<MeasuredMerge<Score> | undefined> {
  const { log, evaluator } = deps;
  const { jobId } = found.job;
  if (!evaluator) return undefined;
  const [merged, averaged] = ["merged", "fedavg"].map((name) => ({
    ...{ folder: join(dir, name), contributor: name, adapterCid: "" },
  })) as [Ours, Ours];
  const baseline = await mergeAdapters({
    adapters: deliveries.map(({ clip: _, ...delivery }) => delivery),
    ...{
      modules: terms.modules,
      baseModel: found.prepared.modelName,
      method: "fedavg",
      out: averaged.folder,
    },
  }).catch((err: unknown) => log.warn({ jobId, err }, "the factors cannot be averaged apart"));
  const adapters = [merged, ...(baseline ? [averaged] : [])];
  const measuring = { rows, adapters, start: start.folder, base: false };
  const own = await measureAdapters(deps, evaluator, found, measuring);
  const [base, result] = [rowLossesOf(losses, "base"), rowLossesOf(own, merged.folder)];
  if (!base || !result) {
    log.error({ jobId, merged: own.get(merged.folder) }, "the merged adapter has no loss");
    return undefined;
  }
  const from = start.adapter && rowLossesOf(losses, start.folder);
  const apart = rowLossesOf(own, averaged.folder);
  const evaluation = {
    holdoutRows: found.prepared.holdoutRows,
    measured: { rows: base.rowLosses.length, tokens: base.tokens },
    base: scoreOf(base),
    start: from && scoreOf(from),
    merged: scoreOf(result),
    fedavg: apart ? scoreOf(apart) : null,
  };
  return { evaluation, figures: result };
}

type Ours = { folder: string; contributor: string; adapterCid: string };
