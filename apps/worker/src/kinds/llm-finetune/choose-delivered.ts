/** Something that a requester could be given, by its losses on the held-out rows, in the rows' order. */
export interface Candidate<Name> {
  name: Name;
  rowLosses: readonly number[];
}

/** A candidate's mean over half of the rows, beside the merge's, in nats a token; every row weighs the same. */
interface Half {
  rows: number;
  loss: number;
  merged: number;
}

export interface Chosen<Name> {
  name: Name;
  chosenOn: Half;
  judgedOn: Half;
}

/**
 * What is delivered in place of the merge; undefined where the merge is. The candidate that is best on every second
 * row, counted from the first, stands in for it only if it is better on the other rows as well: chosen and judged on
 * the same rows, the best of several by chance would pass for better. The rows lie in an order that the split drew.
 */
export function chooseDelivered<Name>(
  merged: readonly number[],
  candidates: readonly Candidate<Name>[],
): Chosen<Name> | undefined {
  const halfOf = ({ rowLosses }: Candidate<Name>, parity: 0 | 1): Half => {
    const isOfHalf = (_: number, row: number) => row % 2 === parity;
    const own = rowLosses.filter(isOfHalf);
    return { rows: own.length, loss: meanOf(own), merged: meanOf(merged.filter(isOfHalf)) };
  };
  const compared = candidates
    .filter(({ rowLosses }) => rowLosses.length === merged.length && merged.length > 1)
    .map((candidate) => ({ candidate, chosenOn: halfOf(candidate, 0) }))
    .toSorted((a, b) => a.chosenOn.loss - b.chosenOn.loss);
  const best = compared[0];
  if (!best || !(best.chosenOn.loss < best.chosenOn.merged)) return undefined;
  const judgedOn = halfOf(best.candidate, 1);
  if (!(judgedOn.loss < judgedOn.merged)) return undefined;
  return { name: best.candidate.name, chosenOn: best.chosenOn, judgedOn };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
