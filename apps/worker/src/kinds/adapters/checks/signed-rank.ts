/** Above so many differences the normal distribution is near enough: by less than 0.001 wherever it decides. */
const mostExact = 100;

/**
 * One-sided p-value of Wilcoxon's signed-rank test (Biometrics Bulletin 1, 1945): how likely paired differences as
 * positive as these are, or more so, where each is as likely to be negative as positive. Differences of 0 are left out
 * (Wilcoxon's own rule), equal sizes share the mean of their ranks; 1 where nothing is left.
 */
export function signedRankP(differences: readonly number[]): number {
  const sorted = differences.filter((one) => one !== 0).toSorted((a, b) => Math.abs(a) - Math.abs(b));
  const doubled = doubledRanks(sorted.map(Math.abs));
  const positive = doubled.reduce((sum, rank, i) => (sorted[i]! > 0 ? sum + rank : sum), 0);
  if (sorted.length === 0) return 1;
  return sorted.length <= mostExact ? exactTail(doubled, positive) : normalTail(doubled, positive);
}

/** Twice the rank of each of sorted sizes, so that the mean ranks of equal ones are whole. */
function doubledRanks(sizes: readonly number[]): number[] {
  const ranks: number[] = [];
  for (let from = 0; from < sizes.length; from = ranks.length) {
    const after = sizes.findIndex((size, i) => i > from && size !== sizes[from]);
    const end = after === -1 ? sizes.length : after;
    while (ranks.length < end) ranks.push(from + end + 1);
  }
  return ranks;
}

/** The share of the 2^n sign patterns whose positive ranks come to `least` or more. */
function exactTail(ranks: readonly number[], least: number): number {
  const total = ranks.reduce((sum, rank) => sum + rank, 0);
  const share = new Float64Array(total + 1);
  share[0] = 1;
  for (const rank of ranks)
    for (let sum = total; sum >= 0; sum--)
      share[sum] = (share[sum]! + (sum >= rank ? share[sum - rank]! : 0)) / 2;
  return share.subarray(least).reduce((sum, one) => sum + one, 0);
}

function normalTail(ranks: readonly number[], positive: number): number {
  const mean = ranks.reduce((sum, rank) => sum + rank, 0) / 2;
  const deviation = Math.sqrt(ranks.reduce((sum, rank) => sum + rank ** 2, 0)) / 2;
  return upperTail((positive - mean) / deviation);
}

/** 1 − Φ(z), within 1.5e-7 (Abramowitz and Stegun, 7.1.26). */
function upperTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const terms = [0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429];
  const half = (terms.reduceRight((sum, term) => (sum + term) * t, 0) * Math.exp(-x * x)) / 2;
  return z > 0 ? half : 1 - half;
}
