/** The sum Σ c_j ΔW_j of earlier updates that is nearest to a later one. */
export interface Combination {
  /** Cosine of the later update with it; 0 where there is none. */
  readonly cosine: number;
  /** c_j of each earlier update, in their order. */
  readonly coefficients: readonly number[];
}

/** Earlier updates whose squared norm is this share or less beside those before them add no direction. */
const noDirection = 1e-10;

/**
 * The projection of vector i on the span of the vectors 0 to i - 1, given inner products alone: the Cholesky rows L of
 * their Gram matrix hold each vector's coordinates along the directions that the earlier ones opened, and for the
 * coordinates y of vector i the coefficients solve Lᵀ c = y.
 */
export function nearestCombination(inner: (x: number, y: number) => number, i: number): Combination {
  const rows: number[][] = [];
  const pivots: number[] = [];
  const coordinates = (x: number) => {
    const row: number[] = [];
    for (const [k, pivot] of pivots.entries()) {
      let value = inner(x, pivot);
      for (let m = 0; m < k; m++) value -= row[m]! * rows[k]![m]!;
      row.push(value / rows[k]![k]!);
    }
    return { row, within: row.reduce((sum, value) => sum + value * value, 0) };
  };
  for (let x = 0; x < i; x++) {
    const { row, within } = coordinates(x);
    const left = inner(x, x) - within;
    if (left <= noDirection * inner(x, x)) continue;
    rows.push([...row, Math.sqrt(left)]);
    pivots.push(x);
  }
  const { row, within } = coordinates(i);
  const coefficients = Array<number>(i).fill(0);
  for (let k = pivots.length - 1; k >= 0; k--) {
    let value = row[k]!;
    for (let m = k + 1; m < pivots.length; m++) value -= rows[m]![k]! * coefficients[pivots[m]!]!;
    coefficients[pivots[k]!] = value / rows[k]![k]!;
  }
  const size = inner(i, i);
  return { cosine: size > 0 ? Math.min(1, Math.sqrt(within / size)) : 0, coefficients };
}
