/** Mean losses of the same rows, in nats a token. */
export interface TracedRows {
  /** Under the model in question. */
  traced: readonly number[];
  /** Under the base model: how hard each row is. */
  known: readonly number[];
}

/** How far the rows of a shard stand out under a model. */
export interface StandsOut {
  /** The chance that a row of the shard gained more than one that is not of it: 0.5 where the shard says nothing. */
  area: number;
  /** How likely they stand out as far, or farther, under a model that learned none of these rows. */
  p: number;
}

/**
 * Whether a model learned the rows of a shard: they cost it less than rows that were not in the shard, each
 * against what its known loss lets expect (the least squares line over all of them, so that a row's difficulty weighs
 * little). One-sided rank-sum test (Wilcoxon, Biometrics Bulletin 1, 1945; Mann and Whitney, 1947), by its normal
 * approximation, whose tail is the longer one where it matters. Which rows are the shard's was drawn at random: under a
 * model that learned none of them each choice of as many is as likely, whatever the rows are.
 */
export function standsOut(own: TracedRows, foreign: TracedRows): StandsOut {
  const traced = [...own.traced, ...foreign.traced];
  const known = [...own.known, ...foreign.known];
  const expected = lineThrough(known, traced);
  const { ranks, tied } = rank(traced.map((loss, row) => expected(known[row]!) - loss));
  const [count, others] = [own.traced.length, foreign.traced.length];
  const all = count + others;
  const sum = ranks.slice(0, count).reduce((total, one) => total + one, 0);
  const above = sum - (count * (count + 1)) / 2;
  const variance = ((count * others) / 12) * (all + 1 - tied / (all * (all - 1)));
  const z = variance > 0 ? (above - (count * others) / 2) / Math.sqrt(variance) : 0;
  return { area: above / (count * others), p: upperTail(z) };
}

/** The least squares line of y over x; level where x does not vary. */
function lineThrough(x: readonly number[], y: readonly number[]): (at: number) => number {
  const [meanX, meanY] = [mean(x), mean(y)];
  const square = x.reduce((sum, one) => sum + (one - meanX) ** 2, 0);
  const product = x.reduce((sum, one, i) => sum + (one - meanX) * (y[i]! - meanY), 0);
  const slope = square > 0 ? product / square : 0;
  return (at) => meanY + slope * (at - meanX);
}

/** The rank of each value from 1, equal ones sharing their mean; and Σ t³ − t over the numbers t of equal ones. */
function rank(values: readonly number[]): { ranks: number[]; tied: number } {
  const order = values.map((_, at) => at).sort((a, b) => values[a]! - values[b]!);
  const ranks: number[] = [];
  let tied = 0;
  for (let from = 0; from < order.length; ) {
    let end = from;
    while (end < order.length && values[order[end]!] === values[order[from]!]) end++;
    for (const at of order.slice(from, end)) ranks[at] = (from + 1 + end) / 2;
    tied += (end - from) ** 3 - (end - from);
    from = end;
  }
  return { ranks, tied };
}

/** 1 − Φ(z): by Φ's own series, and far out by its continued fraction (Abramowitz and Stegun, 26.2.11 and 26.2.14). */
export function upperTail(z: number): number {
  if (z < 0) return 1 - upperTail(-z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z < 3) {
    let [term, sum] = [z, z];
    for (let n = 3; term > 1e-17 * sum; n += 2) {
      term *= (z * z) / n;
      sum += term;
    }
    return 0.5 - density * sum;
  }
  let fraction = 0;
  for (let n = 100; n > 0; n--) fraction = n / (z + fraction);
  return density / (z + fraction);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
