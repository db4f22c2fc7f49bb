import { type CheckResult, type ReplayTolerance, toleranceBetween } from "@trainchain/protocol";

const check = "replay";
const open = { check, figure: null, threshold: null };

/** Check 7 of a delivery whose training cannot be what its job asks for, for this reason: it is refused. */
export function disproved(message: string): CheckResult {
  return { ...open, verdict: "failed", message };
}

/** Check 7 where it can say nothing, for this reason: the other checks stand. */
export function notReplayed(message: string): CheckResult {
  return { ...open, verdict: "skipped", message };
}

/** One segment that was trained again. */
export interface ReplayedSegment {
  /** Counted from 0. */
  segment: number;
  /** Of the adapter and of AdamW's moments at its end from what was committed to, over the segment's own length. */
  distance: number;
  momentsDistance: number;
}

/** How far a segment ends from where it was committed to end, and how far it may. */
function measured(
  { segment, distance, momentsDistance }: ReplayedSegment,
  { first, later }: ReplayTolerance,
) {
  const figure = Math.max(distance, momentsDistance);
  return { segment, figure, threshold: segment === 0 ? first : later };
}

/** Whether a segment ends farther off than it may, which refuses a delivery whatever its other segments do. */
export function isBeyond(segment: ReplayedSegment, tolerance: ReplayTolerance): boolean {
  const { figure, threshold } = measured(segment, tolerance);
  return !(figure <= threshold);
}

/** Check 7 of a delivery whose drawn segments were trained again, all of them or up to one that ends beyond its tolerance. */
export function checkReplayed(
  segments: readonly ReplayedSegment[],
  { of, declared, referee }: { of: number; declared: string; referee: string },
): CheckResult {
  const tolerance = toleranceBetween(declared, referee);
  if (tolerance === undefined)
    return notReplayed(
      `Trained again in ${referee}, which was never compared with ${declared}, that this delivery was computed in: nothing is judged by it.`,
    );
  const judged = segments.map((segment) => measured(segment, tolerance));
  // What is no number is farther than anything.
  const shareOf = ({ figure, threshold }: { figure: number; threshold: number }) =>
    Number.isNaN(figure) ? Number.POSITIVE_INFINITY : figure / threshold;
  const farthest = judged.reduce((most, one) => (shareOf(one) > shareOf(most) ? one : most));
  const { figure, threshold } = farthest;
  const failed = !(figure <= threshold);
  const names = segments.map(({ segment }) => segment + 1).join(", ");
  const limit = `${show(threshold)} of its length is allowed between ${declared} and ${referee}`;
  return {
    check,
    verdict: failed ? "failed" : "passed",
    figure,
    threshold,
    message: failed
      ? `Stage ${farthest.segment + 1} of ${of} of the training, done again from where the delivery says that it began, ends ${show(figure)} of its length elsewhere; at most ${limit}.`
      : `Of ${of} stages of the training, ${names} were drawn and done again: they end where the delivery says, within ${show(figure)} of their length; at most ${limit}.`,
  };
}

const show = (figure: number) => Number(figure.toPrecision(2)).toString();
