/** The acceptance checks of an adapter, in the order in which they are made. */
export const checkNames = [
  "sealed-to-slot",
  "safetensors",
  "same-start",
  "update-size",
  "not-a-copy",
  "held-out-loss",
] as const;

export type AdapterCheckName = (typeof checkNames)[number];

export interface VerificationThresholds {
  /** Least cosine of an adapter's A with the job's initial A. */
  sameStartCosine: number;
  /** Least and greatest norm of an update, as a multiple of the median over the job's adapters. */
  updateSize: { least: number; most: number };
  /** Cosine with the earlier updates from which one must be shown to be more than a copy of them. */
  copyCosine: number;
  /** Cosine from which nothing can show it. */
  sameCosine: number;
  /** Least that what an alike update adds to the nearest earlier ones gains on its own rows, by its size (ownGainOf). */
  ownGain: number;
  /** Least improvement of the held-out loss, as a share of the job's median improvement. */
  heldOutShare: number;
}

/**
 * Measured on a toy model: cosine with the start, honest 0.90, foreign 0.02; size, lazy 0.24 to 0.33, boosted 9.9;
 * cosine of two updates, honest at most 0.69, copies at least 0.94. On rows of few templates honest updates come to
 * 0.99; what they add gains 0.40 to 0.80 of its share in size, the noise on a copy at most 0.01.
 */
export const defaultThresholds: VerificationThresholds = {
  sameStartCosine: 0.5,
  updateSize: { least: 0.4, most: 3 },
  copyCosine: 0.9,
  sameCosine: 0.999,
  ownGain: 0.2,
  heldOutShare: 0.5,
};

/** When a delivery must be judged, counted from its submission on the chain's clock, and what convicts its file. */
export const verdictLimits = {
  /** Content that the store does not have after this long counts as never delivered. */
  missingContentSeconds: 30 * 60,
  /** Share of the review period by which every delivery has its verdict; then comes an alert, and a last look. */
  lastLookShare: 0.5,
  /** Scripts that died of one file, while the same script did well on a file known to be good. */
  deadRuns: 2,
  /** The same where nobody saw how the script ended, because its evaluator was gone as well: that may be a restart. */
  lostRuns: 3,
};

/** When (seconds since 1970) missing content counts as never delivered, and when the last look is taken. */
export function verdictDeadlines(delivery: { submittedAt: Date; reviewPeriodSeconds: number }): {
  contentBy: number;
  verdictBy: number;
} {
  const { missingContentSeconds, lastLookShare } = verdictLimits;
  const submittedAt = delivery.submittedAt.getTime() / 1000;
  const patience = delivery.reviewPeriodSeconds * lastLookShare;
  return {
    contentBy: submittedAt + Math.min(missingContentSeconds, patience),
    verdictBy: submittedAt + patience,
  };
}
