/** The acceptance checks of an adapter, in the order in which they are made. */
export const checkNames = [
  "sealed-to-slot",
  "safetensors",
  "same-start",
  "optimizer-reach",
  "not-a-copy",
  "held-out-loss",
  "replay",
] as const;

export type AdapterCheckName = (typeof checkNames)[number];

export interface VerificationThresholds {
  /** Least cosine of an adapter's A with the job's initial A, as a share of what training across leaves of it. */
  sameStartCosine: number;
  /**
   * How far the farthest value lies from its start, over the sum of the learning rates; `growing` over what a growing
   * gradient comes to (growthReach), where that is more than `most`; `walk` over the root of their summed squares.
   */
  reach: { least: number; most: number; growing: number; mostLater: number; walk: number };
  /** Adapters from which on the merge clips each to their median: fewer make no yardstick. */
  clipFrom: number;
  /** Cosine with the earlier updates from which one must be shown to be more than a copy of them. */
  copyCosine: number;
  /** Cosine from which nothing can show it. */
  sameCosine: number;
  /** Least that what an alike update adds to the nearest earlier ones gains on its own rows, by its size (ownGainOf). */
  ownGain: number;
  /** Largest p-value of the signed-rank test with which an adapter counts as better on the held-out rows. */
  heldOutP: number;
  /** The same on its own rows, which are asked where held-out rows leave it open. */
  ownRowsP: number;
}

/** The rows that losses are measured on: the holdout's first that come to so many tokens, and at least so many. */
export const heldOutBudget = { mostTokens: 64_000, leastRows: 20 };

/**
 * Measured on toy models (docs/verification.md): cosine with the start, honest 0.90, foreign 0.02; cosine of two
 * updates, honest at most 0.69, copies at least 0.94. On rows of few templates honest updates come to 0.99; what they
 * add gains 0.40 to 0.80 of its share in size, the noise on a copy at most 0.01. Reach of honest work: at most 1.13, in
 * later rounds 1.72; at low rates 1.62 in 600 steps and 1.52 in 1,500, where growth comes to 1.78 and 1.89; at least
 * 0.61 in up to 80 steps and 0.05 in 2,400, which is 2.4 to 6 times the root of the squares.
 */
export const defaultThresholds: VerificationThresholds = {
  sameStartCosine: 0.5,
  reach: { least: 0.3, most: 1.5, growing: 1.2, mostLater: 3.2, walk: 1.2 },
  clipFrom: 3,
  copyCosine: 0.9,
  sameCosine: 0.999,
  ownGain: 0.2,
  heldOutP: 0.05,
  ownRowsP: 0.001,
};
