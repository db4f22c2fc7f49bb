import type { CheckResult } from "./checks/check-result.ts";
import { checkCopy } from "./checks/not-a-copy.ts";
import { checkReach, type Reach } from "./checks/optimizer-reach.ts";
import { checkStart } from "./checks/same-start.ts";
import type { AdapterFigures } from "./measure-module.ts";
import { type Combination, nearestCombination } from "./nearest-combination.ts";

/** The limits of the checks that need only the adapters' factors; packages/protocol holds the defaults. */
export interface FigureThresholds {
  /** Of the cosine that is left where training goes across the start as far as the learning rates come to. */
  readonly sameStartCosine: number;
  readonly copyCosine: number;
  /** Adapters from which on their median is a yardstick of what one may weigh in the merge. */
  readonly clipFrom: number;
}

export interface AdapterVerdict {
  /** Checks 3, 4 and 5, in this order. */
  readonly checks: readonly CheckResult[];
  /** Factor that brings an oversized update down to the median where there is one to trust: at most 1. */
  readonly clip: number;
  /** Of the earlier adapters' updates, the nearest to this one's: what check 5 is about. */
  readonly nearest: Combination;
}

/**
 * Checks 3 (same start), 4 (what the optimiser can have done) and 5 (no copy) for every adapter, in the order in which
 * the adapters were submitted: of two alike, the later is the copy. 3 and 4 look at one adapter alone; 5 compares with
 * every earlier one. The median that clips are taken from is over adapters that passed 3 and 4.
 *
 * @param names how each adapter is called in messages
 * @param reaches what check 4 asks of each; where it is not known, the check is skipped
 */
export function checkFigures(
  figures: AdapterFigures,
  thresholds: FigureThresholds,
  names: readonly string[],
  reaches: readonly (Reach | undefined)[] = [],
): AdapterVerdict[] {
  const starts = names.map((_, i) => checkStart(figures, i, reaches[i], thresholds.sameStartCosine));
  const moves = names.map((_, i) => checkReach(figures, i, reaches[i]));
  const norms = names.map((_, i) => normOf(figures, i));
  const passed = norms.filter((_, i) => [starts[i], moves[i]].every((one) => one?.verdict !== "failed"));
  const middle = passed.length < thresholds.clipFrom ? Number.POSITIVE_INFINITY : median(passed);
  return names.map((_, i) => {
    const nearest = nearestCombination((x, y) => figures.updates[x * names.length + y]!, i);
    return {
      checks: [starts[i]!, moves[i]!, checkCopy(figures, i, nearest.cosine, thresholds.copyCosine, names)],
      clip: norms[i]! > middle ? middle / norms[i]! : 1,
      nearest,
    };
  });
}

function normOf(figures: AdapterFigures, i: number): number {
  const n = figures.withInitial.length;
  return Math.sqrt(Math.max(figures.updates[i * n + i]!, 0));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
