/** What the server's step at the end of a round does with the contributors' mean update. */
export interface OuterStep {
  /** Nesterov momentum over the rounds' mean updates; 0 is the plain mean. */
  momentum: number;
  /** Factor on the step; 1 takes the mean update as it is. */
  rate: number;
}

/** For jobs of two rounds or more; one round is always the plain mean. Measured by `bench federate`. */
export const outerStepDefaults: OuterStep = { momentum: 0.5, rate: 1 };

/** The learning rate that suits one trainer of all rows: what a federated job's rates are derived from. */
export const centralLearningRate = 2e-4;

/**
 * The learning rate of each contributor. A mean of N updates from disjoint rows is smaller than one update from
 * all rows, so each contributor takes larger steps: √N times as large.
 */
export function contributorLearningRate(contributors: number, rate = centralLearningRate): number {
  return rate * Math.sqrt(contributors);
}
