import { join } from "node:path";
import type { AdaptedModule } from "@trainchain/lora";
import { type MergeInput, type MergeResult, mergeRound } from "@trainchain/lora/node";
import type { LlmJobSpec, RoundOutcome } from "@trainchain/protocol";
import type { Findings } from "./findings.ts";
import { type GivenAdapters, sha256OfFile } from "./given-files.ts";

/**
 * A round's outer step again, from its adapters, start and momentum: its result, and the start and momentum that it
 * handed on, each to the last byte.
 */
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
    spec: LlmJobSpec;
    terms: { modules: readonly AdaptedModule[]; baseModel: string; adapters: readonly MergeInput[] };
    given: GivenAdapters;
    initial: string;
    dir: string;
  },
): Promise<MergeResult> {
  const { rank, alpha } = spec.lora;
  const step = {
    ...terms,
    outer: series.outerStep,
    start: given.start === undefined ? undefined : { file: given.start, rank, alpha },
    momentum:
      given.momentum === undefined || !series.momentum
        ? undefined
        : { file: given.momentum, rank: series.momentum.rank, alpha: series.momentum.rank },
  };
  const method = spec.aggregation.method === "exact" ? "exact" : "svd";
  const merged = await mergeRound({
    ...step,
    method,
    rank: spec.aggregation.rank,
    out: join(dir, "merged"),
  });
  if (!series.next) return merged.next;
  const { next, momentum } = await mergeRound({
    ...step,
    rank,
    split: { trainOn: { file: initial, rank, alpha } },
    out: join(dir, "next-start"),
    momentumOut: { folder: join(dir, "next-momentum"), rank: "auto" },
  });
  findings.compare("next round's start", series.next.start.sha256, await sha256OfFile(next.file));
  const made = momentum ? await sha256OfFile(momentum.file) : "none";
  findings.compare("next round's momentum", series.next.momentum?.sha256 ?? "none", made);
  return merged.next;
}
