/** Between rounds (mergeNextStart); measured by `bench federate`. A job's result is always the plain mean. */
export const roundMomentum = 0.5;

/** Rows that one optimiser step of one trainer of all rows learns from. */
export const centralRowsPerStep = 8;

/**
 * Rows that one optimiser step of each contributor learns from. N contributors share the rows; with N times smaller
 * steps, rounded down to a power of two, each takes at least as many steps as one trainer of all rows would, at the
 * same learning rate. With fewer steps none gets far enough, and what the mean averages out is not noise but progress.
 */
export function rowsPerStepOf(contributors: number): number {
  return Math.max(1, 2 ** Math.floor(Math.log2(centralRowsPerStep / contributors)));
}

/**
 * The share of the learning rate that is left at a job's last step. A single trainer's rate falls to 0, so that the
 * noise of its last steps settles; a mean over contributors settles noise by itself, so theirs need not fall so far.
 */
export function finalRateOf(contributors: number): number {
  return contributors === 1 ? 0 : 0.3;
}
