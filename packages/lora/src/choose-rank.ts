import { sum } from "./decompose.ts";

/**
 * The smallest of 4, 8, 16, 32, … that loses at most `tolerance` of the squared norm of the whole update, summed
 * over all modules, never above `most` (the stack's rank, at which nothing is lost).
 * @param spectra each module's squared singular values, descending
 */
export function chooseRank(spectra: readonly Float64Array[], most: number, tolerance = 0.01): number {
  const total = spectra.reduce((all, lambda) => all + sum(lambda, 0), 0);
  for (let rank = 4; rank < most; rank *= 2) {
    const missed = spectra.reduce((all, lambda) => all + sum(lambda, rank), 0);
    if (missed <= tolerance * total) return rank;
  }
  return most;
}
