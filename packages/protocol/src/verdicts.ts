import type { CheckResult } from "./submissions.ts";

/** What is said of a delivery that was examined. */
export const deliveryVerdicts = ["accepted", "refused"] as const;
export type DeliveryVerdict = (typeof deliveryVerdicts)[number];

/** What its checks come to: one that failed refuses it; one that could not be made does not. */
export function verdictOn(checks: readonly Pick<CheckResult, "verdict">[]): DeliveryVerdict {
  return checks.some(({ verdict }) => verdict === "failed") ? "refused" : "accepted";
}

/** When a delivery must be judged, counted from its submission on the chain's clock, and what convicts its file. */
export const verdictLimits = {
  /** Content that the store does not have after this long, in which the platform took in what came, counts as never delivered. */
  missingContentSeconds: 30 * 60,
  /** Share of the review period by which it counts so at the latest, also while it is being sent. */
  arrivalShare: 0.25,
  /**
   * The same where the platform was away meanwhile: what never came is refused while the escrow takes that, and what
   * comes just before can still be judged by parts of its training (`replayTerms`).
   */
  absentShare: 0.65,
  /** Share of the review period by which every delivery has its verdict; then comes an alert, and a last look. */
  lastLookShare: 0.5,
  /** Runs of one file alone that were seen to die, while the same script did well on a file known to be good. */
  deadRuns: 2,
  /** From one such run to the next: what ailed the machine for a moment is over by then. */
  restSeconds: 5 * 60,
};

/**
 * When (seconds since 1970) missing content counts as never delivered: usually, while it is being sent, and at the very
 * latest; and when the last look is taken.
 */
export function verdictDeadlines(delivery: { submittedAt: Date; reviewPeriodSeconds: number }): {
  contentBy: number;
  arrivesBy: number;
  verdictBy: number;
  absentBy: number;
} {
  const { missingContentSeconds, arrivalShare, lastLookShare, absentShare } = verdictLimits;
  const submittedAt = delivery.submittedAt.getTime() / 1000;
  const at = (share: number) => submittedAt + delivery.reviewPeriodSeconds * share;
  return {
    contentBy: Math.min(submittedAt + missingContentSeconds, at(arrivalShare)),
    arrivesBy: at(arrivalShare),
    verdictBy: at(lastLookShare),
    absentBy: at(absentShare),
  };
}
