import { pairedGain, verdictOfGain } from "@trainchain/protocol";

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
 * row, counted from the first, stands in for it only if it is better on the other rows as well, by more than chance
 * makes: chosen and judged on the same rows, the best of several by chance would pass for better, and by no more than
 * chance the merge, which rests on all rows, is the safer one. The rows lie in an order that the split drew.
 */
export function chooseDelivered<Name>(
  merged: readonly number[],
  candidates: readonly Candidate<Name>[],
): Chosen<Name> | undefined {
  const rowsOf = (losses: readonly number[], parity: 0 | 1) => losses.filter((_, row) => row % 2 === parity);
  const halfOf = ({ rowLosses }: Candidate<Name>, parity: 0 | 1): Half => {
    const own = rowsOf(rowLosses, parity);
    return { rows: own.length, loss: meanOf(own), merged: meanOf(rowsOf(merged, parity)) };
  };
  const compared = candidates
    .filter(({ rowLosses }) => rowLosses.length === merged.length && merged.length > 1)
    .map((candidate) => ({ candidate, chosenOn: halfOf(candidate, 0) }))
    .toSorted((a, b) => a.chosenOn.loss - b.chosenOn.loss);
  const best = compared[0];
  if (!best || !(best.chosenOn.loss < best.chosenOn.merged)) return undefined;
  const gain = pairedGain(rowsOf(merged, 1), rowsOf(best.candidate.rowLosses, 1));
  if (!gain || verdictOfGain(gain) !== "better") return undefined;
  return { name: best.candidate.name, chosenOn: best.chosenOn, judgedOn: halfOf(best.candidate, 1) };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
