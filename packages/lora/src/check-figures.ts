import type { CheckName } from "./adapter-error.ts";
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

/** How far the job's optimiser can have moved a value of one adapter, and how far it must have. */
export interface Reach {
  /** Sum of the learning rates of the steps that its contributor was to take. */
  readonly rateSum: number;
  /** Least distance of the farthest value of B from its start, and the greatest of any value, over that sum. */
  readonly least: number;
  readonly most: number;
}

/** One check of one adapter, in words for its contributor and the requester. */
export interface CheckResult {
  readonly check: CheckName;
  readonly verdict: "passed" | "failed" | "skipped";
  readonly figure: number | null;
  readonly threshold: number | null;
  readonly message: string;
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

/**
 * 3: an adapter trained from this job's start still points along it; one of another job does not. Training moves each
 * value of A by about the sum of the rates at most, hardly along the start: of the cosine that leaves
 * |A0| / √(|A0|² + n·sum²). In a wide module, where the start's values are small, that is far less than 1, and still far
 * more than what chance gives the many values of another start.
 */
function checkStart(
  figures: AdapterFigures,
  i: number,
  reach: Reach | undefined,
  share: number,
): CheckResult {
  const start = figures.initialA[i]!;
  const across = figures.sizeA[i]! * (reach?.rateSum ?? 0) ** 2;
  const threshold = start > 0 ? share * Math.sqrt(start / (start + across)) : share;
  const cosine = cosineOf(figures.withInitial[i]!, figures.ownA[i]!, figures.initialA[i]!);
  const failed = cosine < threshold;
  return {
    check: "same-start",
    verdict: failed ? "failed" : "passed",
    figure: cosine,
    threshold,
    message: failed
      ? `The adapter does not come from this job's initial adapter: cosine ${show(cosine)}, at least ${show(threshold)} is asked.`
      : `The adapter comes from this job's initial adapter (cosine ${show(cosine)}).`,
  };
}

/**
 * 4: AdamW divides each step by the size of recent gradients (Kingma and Ba, arXiv:1412.6980, section 2.1), so that it
 * goes as far as the learning rates, and somewhat farther where gradients grow: the farthest value tells work that was
 * scaled up or made up. The factors of a module change together: what keeps B from moving is hardly any training. A
 * does not move while B is 0, so only B must.
 */
function checkReach(figures: AdapterFigures, i: number, reach: Reach | undefined): CheckResult {
  const check = "optimizer-reach";
  if (!reach) {
    const message = "How far the job's optimiser goes is not known here.";
    return { check, verdict: "skipped", figure: null, threshold: null, message };
  }
  const { rateSum, least, most } = reach;
  const b = figures.movedB[i]! / rateSum;
  const farthest = Math.max(b, figures.movedA[i]! / rateSum);
  if (farthest > most) {
    const message = `A value lies ${show(farthest)} times as far from its start as the job's learning rates come to; training moves none by more than ${show(most)}.`;
    return { check, verdict: "failed", figure: farthest, threshold: most, message };
  }
  const failed = b === 0 || b < least;
  const moved = `The farthest value of B moved by ${show(b)} of what the job's learning rates come to`;
  const message = failed ? `${moved}, at least ${show(least)} is asked: it was hardly trained.` : `${moved}.`;
  return { check, verdict: failed ? "failed" : "passed", figure: b, threshold: least, message };
}

/**
 * 5: two contributors' honest work on different rows is hardly ever this alike, however the factors are rotated. The
 * figure is the cosine with the nearest sum of multiples of the earlier updates, so that an average of several
 * is found as surely as a copy of one.
 */
function checkCopy(
  figures: AdapterFigures,
  i: number,
  withSpan: number,
  threshold: number,
  names: readonly string[],
): CheckResult {
  const n = names.length;
  if (i === 0) {
    const message = "The first adapter submitted has none before it to resemble.";
    return { check: "not-a-copy", verdict: "passed", figure: null, threshold, message };
  }
  const inner = (x: number, y: number) => figures.updates[x * n + y]!;
  const likeness = names
    .slice(0, i)
    .map((name, j) => ({ name, cosine: Math.abs(cosineOf(inner(i, j), inner(i, i), inner(j, j))) }));
  const closest = likeness.reduce((best, one) => (one.cosine > best.cosine ? one : best));
  const figure = Math.max(withSpan, closest.cosine);
  const failed = figure >= threshold;
  const alike = `cosine ${show(figure)} with the earlier updates, ${show(closest.cosine)} with that of ${closest.name}`;
  return {
    check: "not-a-copy",
    verdict: failed ? "failed" : "passed",
    figure,
    threshold,
    message: failed
      ? `The update copies others: ${alike}; below ${show(threshold)} is asked.`
      : `The update is its own (${alike}).`,
  };
}

function normOf(figures: AdapterFigures, i: number): number {
  const n = figures.withInitial.length;
  return Math.sqrt(Math.max(figures.updates[i * n + i]!, 0));
}

/** Cosine from an inner product and two squared norms; 0 where one of them is 0. */
function cosineOf(inner: number, x: number, y: number): number {
  return x > 0 && y > 0 ? inner / Math.sqrt(x * y) : 0;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

const show = (figure: number) => figure.toFixed(2);
