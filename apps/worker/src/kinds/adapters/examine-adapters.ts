import { type CheckInput, checkAdapters } from "@trainchain/lora/node";
import { defaultThresholds } from "@trainchain/protocol";
import type { AdapterTerms } from "./adapter-terms.ts";
import type { RoundStart } from "./round-start.ts";

/** Acceptance checks 2 to 5 of adapters on disk, in the order of their submission, from their common start. */
export async function examineAdapters(
  terms: AdapterTerms,
  adapters: readonly CheckInput[],
  start: RoundStart,
) {
  return checkAdapters({
    adapters,
    modules: terms.modules,
    rank: terms.rank,
    initial: start.file,
    startAlpha: start.adapter?.alpha,
    thresholds: defaultThresholds,
  });
}
