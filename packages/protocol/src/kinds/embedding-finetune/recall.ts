import { type Gain, pairedGain } from "../adapters/gain.ts";
import { recallAt } from "./limits.ts";

/** The share of pairs whose own positive is among the first ten that are nearest to the anchor. */
export function recallOf(ranks: readonly number[]): number {
  return ranks.filter((rank) => rank <= recallAt).length / ranks.length;
}

/**
 * By how much recall grew from one model to another on the same pairs, in the same order: the difference, half of its
 * interval of 95 %, and recall before; undefined of fewer than two pairs.
 */
export function recallGain(before: readonly number[], after: readonly number[]): Gain | undefined {
  const missed = (ranks: readonly number[]) => ranks.map((rank) => (rank <= recallAt ? 0 : 1));
  const gain = pairedGain(missed(before), missed(after));
  return gain && { ...gain, before: recallOf(before) };
}
