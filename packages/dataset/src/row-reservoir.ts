import type { DatasetRow } from "./dataset-row.ts";
import { createRowOrder } from "./row-order.ts";

/** Rows drawn by chance from all that were seen, in file order; all of them while they are few. */
export interface RowReservoir {
  add(bytes: Uint8Array): void;
  rows(): DatasetRow[];
}

/**
 * Keeps a sample of rows in bounded memory: those whose random number is lowest, at most `mostRows` of them and
 * `mostBytes` together. The same file gives the same sample.
 *
 * `bytes` are a row as `serialiseRow` writes it, in UTF-8.
 */
export function createRowReservoir({ mostRows = 2_000, mostBytes = 2 ** 25 } = {}): RowReservoir {
  const orderOf = createRowOrder(0);
  let kept: { order: number; at: number; bytes: Uint8Array }[] = [];
  let limit = Number.POSITIVE_INFINITY;
  let keptBytes = 0;
  let seen = 0;

  /** Halves what is kept once it is twice what may be, so that sorting is rare. */
  const thin = () => {
    kept.sort((a, b) => a.order - b.order);
    let bytes = 0;
    const end = kept.findIndex((row, index) => {
      bytes += row.bytes.length;
      return index >= mostRows || bytes > mostBytes;
    });
    if (end < 0) return;
    limit = kept[end]!.order;
    kept = kept.slice(0, end);
    keptBytes = kept.reduce((sum, row) => sum + row.bytes.length, 0);
  };

  return {
    add(bytes) {
      const at = seen++;
      const order = orderOf(at);
      if (order >= limit) return;
      kept.push({ order, at, bytes: bytes.slice() });
      keptBytes += bytes.length;
      if (kept.length >= 2 * mostRows || keptBytes > 2 * mostBytes) thin();
    },
    rows() {
      thin();
      const decoder = new TextDecoder();
      return kept
        .toSorted((a, b) => a.at - b.at)
        .map(({ bytes }) => JSON.parse(decoder.decode(bytes)) as DatasetRow);
    },
  };
}
