import type { CheckName } from "./adapter-error.ts";
import type { AdapterFigures } from "./measure-module.ts";
import { type Combination, nearestCombination } from "./nearest-combination.ts";

/** The limits of the checks that need only the adapters' factors; packages/protocol holds the defaults. */
export interface FigureThresholds {
  readonly sameStartCosine: number;
  readonly updateSize: { readonly least: number; readonly most: number };
  readonly copyCosine: number;
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
  /** Factor that brings an oversized update down to the median: at most 1. */
  readonly clip: number;
  /** Of the earlier adapters' updates, the nearest to this one's: what check 5 is about. */
  readonly nearest: Combination;
}

/**
 * Checks 3 (same start), 4 (size of the update) and 5 (no copy) for every adapter, in the order in which the
 * adapters were submitted: of two alike, the later is the copy. The median of check 4 is over adapters that
 * passed check 3, so that foreign work does not move it; an adapter is compared with every earlier one.
 *
 * @param names how each adapter is called in messages
 */
export function checkFigures(
  figures: AdapterFigures,
  thresholds: FigureThresholds,
  names: readonly string[],
): AdapterVerdict[] {
  const starts = names.map((_, i) => checkStart(figures, i, thresholds.sameStartCosine));
  const norms = names.map((_, i) => normOf(figures, i));
  const honest = norms.filter((_, i) => starts[i]!.verdict !== "failed");
  const middle = median(honest.length > 0 ? honest : norms);
  return names.map((_, i) => {
    const nearest = nearestCombination((x, y) => figures.updates[x * names.length + y]!, i);
    return {
      checks: [
        starts[i]!,
        checkSize(norms[i]!, middle, thresholds.updateSize),
        checkCopy(figures, i, nearest.cosine, thresholds.copyCosine, names),
      ],
      clip: norms[i]! > middle ? middle / norms[i]! : 1,
      nearest,
    };
  });
}

/** 3: an adapter trained from this job's start still points along it; one of another job does not. */
function checkStart(figures: AdapterFigures, i: number, threshold: number): CheckResult {
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

/** 4: an update far below the median was hardly trained; one far above it would drown the others. */
function checkSize(
  norm: number,
  middle: number,
  { least, most }: FigureThresholds["updateSize"],
): CheckResult {
  const figure = middle > 0 ? norm / middle : 0;
  const tooSmall = figure < least;
  const failed = tooSmall || figure > most;
  const times = `${show(figure)} times the median`;
  return {
    check: "update-size",
    verdict: failed ? "failed" : "passed",
    figure,
    threshold: tooSmall ? least : most,
    message: !failed
      ? `The update's size is ${times}.`
      : tooSmall
        ? `The update is ${times}, at least ${show(least)} is asked: it was hardly trained.`
        : `The update is ${times}, at most ${show(most)} is allowed.`,
  };
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
