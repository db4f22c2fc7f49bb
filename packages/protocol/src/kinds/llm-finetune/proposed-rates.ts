import { centralRowsPerStep } from "../adapters/training-rates.ts";

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
