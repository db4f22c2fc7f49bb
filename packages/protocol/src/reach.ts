import type { LlmJobSpec } from "./llm-finetune.ts";
import { stepRates } from "./training-rates.ts";
import { defaultThresholds } from "./verification.ts";

/** How far the job's optimiser can have moved a value of one adapter, and how far it must have. */
export interface Reach {
  /** Sum of the learning rates of the steps that its contributor was to take. */
  rateSum: number;
  /** Least and greatest distance of the farthest value from its start, over that sum. */
  least: number;
  most: number;
}

/** Steps that half precision on an older GPU may skip while its loss scale settles; the schedule's last are then missing. */
const skippedSteps = 5;

/**
 * What check 4 asks of whoever trained on a shard. AdamW moves a value by about the learning rate in a step at most, so
 * the farthest lies within the sum of the rates; moments carried from an earlier round may take it to
 * (1 − β1)/√(1 − β2) = 3.16 times that. Downwards, values that have found their place only walk about it, by the root of
 * the summed squares: so many, or so long, steps ask for less. Where it is not known how many of the shard's rows fit
 * the job's length, nothing is asked but that something moved.
 */
export function reachOf({ training, dataset, series }: LlmJobSpec, shard: number): Reach {
  const counted = dataset.fittingRows?.[shard];
  const rows = Math.max(1, counted ?? dataset.shardRows[shard] ?? 0);
  const rates = stepRates({ ...training, rows, round: series?.round, rounds: series?.rounds });
  const rateSum = sum(rates);
  const { least, most, mostLater, walk } = defaultThresholds.reach;
  const walked = (walk * Math.sqrt(sum(rates.map((rate) => rate ** 2)))) / rateSum;
  const unskipped = sum(rates.slice(0, -skippedSteps)) / rateSum;
  return {
    rateSum,
    least: counted === undefined ? 0 : Math.min(least, walked) * unskipped,
    most: series && series.round > 1 ? mostLater : most,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
