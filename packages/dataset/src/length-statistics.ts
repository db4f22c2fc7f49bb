/** Lengths in UTF-16 characters. */
export interface LengthStatistics {
  min: number;
  median: number;
  p95: number;
  max: number;
  mean: number;
  /** Rows by length: `upTo` is the largest length of a bin, twice that of the bin before. */
  histogram: { upTo: number; rows: number }[];
}

/** Exact statistics in bounded memory: one counter per possible length. */
export function createLengthCounter(maxLength: number) {
  const counts = new Uint32Array(maxLength + 1);
  let rows = 0;
  let total = 0;

  const quantile = (share: number): number => {
    const rank = Math.max(1, Math.ceil(share * rows));
    let seen = 0;
    for (let length = 0; length < counts.length; length++) {
      seen += counts[length]!;
      if (seen >= rank) return length;
    }
    return 0;
  };

  const histogram = () => {
    const bins: LengthStatistics["histogram"] = [];
    let from = 0;
    for (let upTo = 16; from < counts.length; from = upTo + 1, upTo *= 2) {
      const inBin = counts.subarray(from, upTo + 1).reduce((sum, count) => sum + count, 0);
      bins.push({ upTo, rows: inBin });
    }
    while (bins.length > 1 && bins.at(-1)?.rows === 0) bins.pop();
    return bins;
  };

  return {
    add(length: number): void {
      counts[Math.min(length, maxLength)]! += 1;
      rows += 1;
      total += length;
    },
    /** null where nothing was counted. Quantiles are nearest-rank. */
    statistics(): LengthStatistics | null {
      if (rows === 0) return null;
      return {
        min: quantile(0),
        median: quantile(0.5),
        p95: quantile(0.95),
        max: quantile(1),
        mean: total / rows,
        histogram: histogram(),
      };
    },
  };
}
