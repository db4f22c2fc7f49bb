import { join } from "node:path";
import type { AdaptedModule } from "@trainchain/lora";
import { type MergeInput, type MergeResult, mergeNextStart, mergeRound } from "@trainchain/lora/node";
import type { AdapterJobSpec, RoundOutcome } from "@trainchain/protocol";
import { sha256OfFile } from "@trainchain/storage";
import type { Findings } from "../../receipt/findings.ts";
import type { GivenAdapters } from "./given-files.ts";

/** A round again, from its adapters, start and last mean: its result and what it handed on, each to the last byte. */
export async function mergeRoundAgain(
  findings: Findings,
  {
    series,
    spec,
    terms,
    given,
    initial,
    dir,
  }: {
    series: RoundOutcome;
    spec: AdapterJobSpec;
    terms: { modules: readonly AdaptedModule[]; baseModel: string; adapters: readonly MergeInput[] };
    given: GivenAdapters;
    initial: string;
    dir: string;
  },
): Promise<MergeResult> {
  const { rank, alpha } = spec.lora;
  const startedFrom = { file: given.start ?? initial, rank, alpha };
  const merged = await mergeRound({
    ...terms,
    start: given.start === undefined ? undefined : startedFrom,
    method: spec.aggregation.method === "exact" ? "exact" : "svd",
    rank: spec.aggregation.rank,
    out: join(dir, "merged"),
  });
  if (!series.next) return merged;
  const { start, mean } = await mergeNextStart({
    ...terms,
    start: startedFrom,
    lastMean: { file: given.lastMean ?? startedFrom.file, rank, alpha },
    momentum: series.momentum,
    out: join(dir, "next-start"),
    meanOut: join(dir, "next-last-mean"),
  });
  findings.compare("next round's start", series.next.start.sha256, await sha256OfFile(start.file));
  findings.compare("this round's mean", series.next.lastMean.sha256, await sha256OfFile(mean.file));
  return merged;
}
