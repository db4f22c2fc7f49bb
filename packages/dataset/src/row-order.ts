import { threefry2x32 } from "./threefry.ts";

/**
 * The shuffle: every row has a random number drawn from the seed and its own position, and rows are ordered by it
 * (equal numbers, by position). The number of a row depends on no other row, so a file of any size can be shuffled
 * in one pass without knowing how many rows it has.
 *
 * Row `i` (from 0) gets the 53 high bits of Threefry-2x32-20 with key (seed, 0) and counter (i mod 2^32, i div 2^32),
 * first word high. The result is in [0, 2^53).
 */
export function createRowOrder(seed: number): (row: number) => number {
  const words = new Uint32Array(2);
  return (row) => {
    threefry2x32(seed, 0, row >>> 0, Math.floor(row / 2 ** 32), words);
    return words[0]! * 2 ** 21 + (words[1]! >>> 11);
  };
}
