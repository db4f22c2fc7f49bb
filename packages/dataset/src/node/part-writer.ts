import { basename } from "node:path";
import type { ShardLink } from "./shard-link.ts";

/** A file that was written, as the manifest names it. */
export interface PartFile {
  file: string;
  rows: number;
  sizeBytes: number;
  /** Hexadecimal. */
  sha256: string;
}

export type PartWriter = ReturnType<typeof createPartWriter>;

/** Writes shards and the holdout, one after the other, through the thread. */
export function createPartWriter(thread: ShardLink) {
  const files: Omit<PartFile, "sha256">[] = [];
  let buffer = thread.buffer();
  let used = 0;

  const flush = async (bytes?: number) => {
    files.at(-1)!.sizeBytes += used;
    thread.tell({ part: buffer.buffer, used });
    used = 0;
    await thread.room();
    buffer = thread.buffer(bytes);
  };

  return {
    /** Begins a file, which must not be there. */
    open(path: string): void {
      files.push({ file: basename(path), rows: 0, sizeBytes: 0 });
      thread.tell({ open: path });
    },

    /** Returns a promise only where the row did not fit into the buffer: await it before the next call. */
    write(source: Buffer, start: number, end: number): Promise<void> | undefined {
      files.at(-1)!.rows += 1;
      if (used + end - start <= buffer.length) {
        used += source.copy(buffer, used, start, end);
        return undefined;
      }
      return flush(end - start).then(() => {
        used = source.copy(buffer, 0, start, end);
      });
    },

    /** Ends the file; the next may begin while it is written. */
    async finish(): Promise<void> {
      await flush();
      thread.tell({ end: true });
    },

    /** All files that were ended, in their order, once their bytes are on the disk. */
    async written(): Promise<PartFile[]> {
      const hashes = await thread.hashes(files.length);
      return files.map((file, at) => ({ ...file, sha256: hashes[at]! }));
    },
  };
}
