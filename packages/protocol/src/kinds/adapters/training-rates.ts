/** Between rounds (mergeNextStart); measured by `bench federate`. A job's result is always the plain mean. */
export const roundMomentum = 0.5;

/** Rows that one optimiser step of one trainer of all rows learns from. */
export const centralRowsPerStep = 8;

/**
 * The share of the learning rate that is left at a job's last step. A single trainer's rate falls to 0, so that the
 * noise of its last steps settles; a mean over contributors settles noise by itself, so theirs need not fall so far.
 */
export function finalRateOf(contributors: number): number {
  return contributors === 1 ? 0 : 0.3;
}

/** The share of a job's steps over which the learning rate rises (trainer/step_plan.py, WARM_UP). */
const warmUp = 0.05;

/** What decides how long and how fast a contributor of a round trains. */
export interface TrainingPlan {
  /** Rows of the shard that fit the job's length. */
  rows: number;
  epochs: number;
  learningRate: number;
  /** Default: the trainer's own, 8. */
  rowsPerStep?: number | undefined;
  finalRate?: number | undefined;
  /** Of a series; default: the only one. */
  round?: number | undefined;
  rounds?: number | undefined;
}

/**
 * The learning rates of the steps that one contributor takes in its round, first to last: trainer/step_plan.py's
 * plan_order, steps_of_round and rate_factor. A rate rises over the first twentieth of all rounds' steps and falls to
 * its final share over the others.
 */
export function stepRates(plan: TrainingPlan): number[] {
  const { rows, epochs, learningRate, rowsPerStep = centralRowsPerStep, finalRate = 0 } = plan;
  const { round = 1, rounds = 1 } = plan;
  const steps = Math.ceil((rows * epochs) / rowsPerStep);
  const first = Math.min(Math.floor((steps * (round - 1)) / rounds), steps - 1);
  const end = Math.max(first + 1, Math.floor((steps * round) / rounds));
  const rising = Math.max(1, Math.floor(steps * warmUp));
  const factor = (step: number) =>
    step < rising ? (step + 1) / rising : finalRate + ((1 - finalRate) * (steps - step)) / (steps - rising);
  return Array.from({ length: end - first }, (_, step) => learningRate * factor(first + step));
}
