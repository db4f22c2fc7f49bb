import { defaultThresholds } from "./checks.ts";
import type { AdapterSpec } from "./spec.ts";
import { stepRates } from "./training-rates.ts";

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
 * What check 4 asks of whoever trained on a shard. How far AdamW goes is decided by how gradients grow (growthReach);
 * moments carried from an earlier round are not known, so that a later round has a limit of its own. Downwards, values
 * that have found their place only walk about it, by the root of the summed squares: so many, or so long, steps ask for
 * less. Where it is not known how many of the shard's rows fit the job's length, nothing is asked but that something
 * moved.
 */
export function reachOf(
  { training, dataset, series }: Pick<AdapterSpec, "training" | "dataset" | "series">,
  shard: number,
): Reach {
  const counted = dataset.fittingRows?.[shard];
  const rows = Math.max(1, counted ?? dataset.shardRows[shard] ?? 0);
  const rates = stepRates({ ...training, rows, round: series?.round, rounds: series?.rounds });
  const rateSum = sum(rates);
  const { least, most, mostLater, growing, walk } = defaultThresholds.reach;
  const walked = (walk * Math.sqrt(sum(rates.map((rate) => rate ** 2)))) / rateSum;
  const unskipped = sum(rates.slice(0, -skippedSteps)) / rateSum;
  return {
    rateSum,
    least: counted === undefined ? 0 : Math.min(least, walked) * unskipped,
    most: series && series.round > 1 ? mostLater : Math.max(most, growing * growthReach(rates)),
  };
}

/** AdamW's decay of its two moments: torch's defaults, which the trainer leaves as they are. */
const beta1 = 0.9;
const beta2 = 0.999;

/**
 * How far AdamW (Kingma and Ba, arXiv:1412.6980, algorithm 1) takes a value whose gradient grows as the square of the
 * sum of the rates so far, over the sum of them all. A gradient that grows is larger than the root of its mean square,
 * which AdamW divides by: a steady one makes steps of one rate, growth as the k-th power makes them up to √(2k + 1)
 * rates long. The gradient of A grows with B, and B with the rates; a second power is left for the error behind it.
 */
export function growthReach(rates: readonly number[]): number {
  let [m, v, gone, moved] = [0, 0, 0, 0];
  for (const [index, rate] of rates.entries()) {
    const gradient = gone ** 2;
    m = beta1 * m + (1 - beta1) * gradient;
    v = beta2 * v + (1 - beta2) * gradient ** 2;
    const mean = m / (1 - beta1 ** (index + 1));
    const square = v / (1 - beta2 ** (index + 1));
    if (square > 0) moved += (rate * mean) / Math.sqrt(square);
    gone += rate;
  }
  return moved / gone;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
