import { createRowOrder } from "../row-order.ts";
import { type SortedBucket, sortedIndexes } from "./scatter-file.ts";

/** What is reckoned for each row besides its bytes, for its place and to sort it. */
const bytesARow = 32;

/** Keeps rows in memory until they are more than fit, and gives them out shuffled by a seed. */
export function createRowMemory(seed: number, mostBytes: number) {
  // Memory that is not written on is not taken.
  const bytes = Buffer.allocUnsafeSlow(mostBytes);
  const orderOf = createRowOrder(seed);
  let ends = new Uint32Array(4_096);
  let rows = 0;
  let used = 0;

  return {
    /** Whether there was room for it; its bytes may change afterwards. */
    add(row: Uint8Array): boolean {
      if (used + row.length + 1 + bytesARow * (rows + 1) > mostBytes) return false;
      bytes.set(row, used);
      used += row.length;
      bytes[used] = 0x0a;
      used += 1;
      if (rows === ends.length) {
        const longer = new Uint32Array(2 * ends.length);
        longer.set(ends);
        ends = longer;
      }
      ends[rows] = used;
      rows += 1;
      return true;
    },

    /** The rows as they were added, without line breaks. */
    *added(): Generator<Uint8Array> {
      for (let row = 0; row < rows; row++) yield bytes.subarray(ends[row - 1] ?? 0, ends[row]! - 1);
    },

    shuffled(): SortedBucket {
      const orders = new Float64Array(rows);
      for (let row = 0; row < rows; row++) orders[row] = orderOf(row);
      const sorted = sortedIndexes(orders);
      const places = new Uint32Array(2 * rows);
      for (let at = 0; at < rows; at++) {
        const row = sorted[at]!;
        places[2 * at] = row === 0 ? 0 : ends[row - 1]!;
        places[2 * at + 1] = ends[row]!;
      }
      return { bytes, places };
    },
  };
}
