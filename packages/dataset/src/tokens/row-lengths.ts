import type { RowTokens } from "./measure-row.ts";

/** What a job's length does to rows. */
export interface LengthFit {
  rows: number;
  /** Longer than that, though an answer begins within it: their ends are not learned. */
  cut: number;
  /** No answer begins within it: not used at all. */
  dropped: number;
}

export function fitOf(rows: readonly RowTokens[], maxLength: number): LengthFit {
  const dropped = rows.filter(({ answerAt }) => answerAt >= maxLength).length;
  return {
    rows: rows.length,
    cut: rows.filter(({ length }) => length > maxLength).length - dropped,
    dropped,
  };
}

/** Tokens that one epoch trains on at a length: of all of a file, by the mean of the rows drawn from `inAll`. */
export function trainedTokens(rows: readonly RowTokens[], maxLength: number, inAll: number): number {
  const trained = rows.reduce(
    (sum, { length, answerAt }) => sum + (answerAt < maxLength ? Math.min(length, maxLength) : 0),
    0,
  );
  return (trained / Math.max(1, rows.length)) * inAll;
}

/** The least length, in steps of 64, that holds 99 of 100 rows whole; at least 128 and at most `most`. */
export function proposeMaxLength(rows: readonly RowTokens[], most: number): number {
  return Math.min(most, Math.max(128, 64 * Math.ceil(quantile(rows, 0.99) / 64)));
}

/** How long rows are: of all of a file, or of those drawn from `inAll`. */
export function describeLengths(rows: readonly RowTokens[], inAll: number): string {
  const [median, most] = [quantile(rows, 0.5), quantile(rows, 1)].map(inThrees);
  const mean = rows.reduce((sum, { length }) => sum + length, 0) / Math.max(1, rows.length);
  const drawn = rows.length < inAll ? ` (${inThrees(rows.length)} rows drawn by chance)` : "";
  const total = inThrees(Math.round(mean * inAll));
  return `a row has ${median} tokens in the median and ${most} at most, all rows ${drawn ? "about " : ""}${total}${drawn}`;
}

/** What a length does to rows, in words; undefined where all fit whole. */
export function describeFit({ rows, cut, dropped }: LengthFit, inAll: number): string | undefined {
  const some = (count: number) => {
    if (rows === inAll) return `${inThrees(count)} of ${inThrees(rows)} rows`;
    return `${((100 * count) / rows).toFixed(1)} % of the rows`;
  };
  const parts = [
    ...(cut > 0 ? [`${some(cut)} are longer and are cut at their end`] : []),
    ...(dropped > 0 ? [`${some(dropped)} have no answer within it and are not used`] : []),
  ];
  return parts.length > 0 ? parts.join("; ") : undefined;
}

/** Nearest rank; 0 without rows. */
function quantile(rows: readonly RowTokens[], share: number): number {
  const lengths = Float64Array.from(rows, ({ length }) => length).sort();
  return lengths[Math.max(0, Math.ceil(share * lengths.length) - 1)] ?? 0;
}

const inThrees = (count: number) => count.toLocaleString("en");
