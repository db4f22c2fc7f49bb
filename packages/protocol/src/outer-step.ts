/** What the server's step at the end of a round does with the contributors' mean update. */
export interface OuterStep {
  /** Nesterov momentum over the rounds' mean updates; 0 is the plain mean. */
  momentum: number;
  /** Factor on the step; 1 takes the mean update as it is. */
  rate: number;
}

/** For jobs of two rounds or more; one round is always the plain mean. Measured by `bench federate`. */
export const outerStepDefaults: OuterStep = { momentum: 0.5, rate: 1 };

/** Rows that one optimiser step of one trainer of all rows learns from. */
export const centralRowsPerStep = 8;

/**
 * Rows that one optimiser step of each contributor learns from. N contributors share the rows; with N times smaller
 * steps, rounded to a power of two, each takes as many steps as one trainer of all rows would, at the same
 * learning rate. With fewer steps none gets far enough, and what the mean averages out is not noise but progress.
 */
export function rowsPerStepOf(contributors: number): number {
  return Math.max(1, 2 ** Math.round(Math.log2(centralRowsPerStep / contributors)));
}

/**
 * The share of the learning rate that is left at a job's last step. A single trainer's rate falls to 0, so that the
 * noise of its last steps settles; a mean over contributors settles noise by itself, so theirs need not fall so far.
 */
export function finalRateOf(contributors: number): number {
  return contributors === 1 ? 0 : 0.3;
}
