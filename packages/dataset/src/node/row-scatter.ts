import type { ScatterIndex, ScatterOptions } from "./scatter-file.ts";
import type { ShardLink } from "./shard-link.ts";

/** Hands rows to the thread, which shuffles them by a seed into a scratch file while more of them are read here. */
export function createRowScatter(thread: ShardLink, seed: number, options: ScatterOptions) {
  thread.tell({ scatter: options, seed });
  let buffer = thread.buffer();
  let view = new DataView(buffer.buffer);
  let used = 0;

  const flush = () => {
    if (used === 0) return;
    thread.tell({ rows: buffer.buffer, used });
    used = 0;
  };
  const begin = (bytes?: number) => {
    buffer = thread.buffer(bytes);
    view = new DataView(buffer.buffer);
  };

  return {
    /** Adds a row; its bytes may change afterwards. */
    add(row: Uint8Array): void {
      const bytes = 4 + row.length;
      if (used + bytes > buffer.length) {
        flush();
        begin(bytes);
      }
      view.setUint32(used, row.length, true);
      buffer.set(row, used + 4);
      used += bytes;
    },

    /** To be awaited now and then, so that a slow disk holds the reading back. */
    settle: () => thread.room(),

    /** Where the rows lie. Call once, after the last `add`. */
    finish(): Promise<ScatterIndex> {
      flush();
      thread.tell({ scattered: true });
      return thread.scattered();
    },
  };
}
