/** Between rounds (mergeNextStart); measured by `bench federate`. A job's result is always the plain mean. */
export const roundMomentum = 0.5;

/** Rows that one optimiser step of one trainer of all rows learns from. */
export const centralRowsPerStep = 8;

/** With fewer steps than this a contributor does not get far enough on a real model: measured on SmolLM2-135M. */
export const leastSteps = 60;

/**
 * Rows that one optimiser step of each contributor learns from. N contributors share the rows; with N times smaller
 * steps, rounded down to a power of two, each takes at least as many steps as one trainer of all rows would, at the
 * same learning rate. With fewer steps none gets far enough, and what the mean averages out is not noise but progress.
 * Where the rows are few, steps are smaller still, so that there are `leastSteps` of them.
 *
 * @param trainedRows of the smallest shard, in all epochs together; left out, they count as many
 */
export function rowsPerStepOf(contributors: number, trainedRows = Number.POSITIVE_INFINITY): number {
  const most = Math.min(centralRowsPerStep / contributors, trainedRows / leastSteps);
  return Math.max(1, 2 ** Math.floor(Math.log2(most)));
}

/**
 * Learning rates by the base model's size and the rows of the job: the first entry whose bounds hold. Small models and
 * few rows were measured (docs/federation.md); the last entry is the field's usual rate, which was not.
 */
export const proposedRates = [
  { mostParametersBillion: 0.5, mostRows: 2_000, learningRate: 1e-3 },
  { mostParametersBillion: 0.5, mostRows: Number.POSITIVE_INFINITY, learningRate: 5e-4 },
  {
    mostParametersBillion: Number.POSITIVE_INFINITY,
    mostRows: Number.POSITIVE_INFINITY,
    learningRate: 2e-4,
  },
] as const;

/** The learning rate to train with where the requester names none; of a model of unknown size the last entry's. */
export function proposeLearningRate(parametersBillion: number | null, rows: number): number {
  const size = parametersBillion ?? Number.POSITIVE_INFINITY;
  const found = proposedRates.find(
    ({ mostParametersBillion, mostRows }) => size <= mostParametersBillion && rows <= mostRows,
  );
  return (found ?? proposedRates[2]).learningRate;
}

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
