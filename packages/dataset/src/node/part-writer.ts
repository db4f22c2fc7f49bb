import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { basename } from "node:path";

/** A file that was written, as the manifest names it. */
export interface PartFile {
  file: string;
  rows: number;
  sizeBytes: number;
  /** Hexadecimal. */
  sha256: string;
}

const bufferBytes = 1_048_576;

/** Writes one shard or the holdout, hashing on the way. */
export async function createPartWriter(path: string) {
  const file = await open(path, "wx");
  const hash = createHash("sha256");
  let buffer = Buffer.allocUnsafeSlow(bufferBytes);
  let spare = Buffer.allocUnsafeSlow(bufferBytes);
  let used = 0;
  let rows = 0;
  let sizeBytes = 0;
  let writing: Promise<void> = Promise.resolve();

  /** Writes while the other buffer is filled; an error of a write comes up at the next. */
  const flush = async () => {
    await writing;
    const full = buffer.subarray(0, used);
    [buffer, spare] = [spare, buffer];
    used = 0;
    sizeBytes += full.length;
    hash.update(full);
    writing = file.writeFile(full);
    writing.catch(() => undefined);
  };

  return {
    /** Returns a promise only where the row did not fit into the buffer: await it before the next call. */
    write(source: Buffer, start: number, end: number): Promise<void> | undefined {
      rows += 1;
      if (used + end - start <= buffer.length) {
        used += source.copy(buffer, used, start, end);
        return undefined;
      }
      return flush().then(() => {
        if (end - start > buffer.length) buffer = Buffer.allocUnsafeSlow(end - start);
        used = source.copy(buffer, 0, start, end);
      });
    },

    async finish(): Promise<PartFile> {
      await flush();
      await writing;
      await file.sync();
      await file.close();
      return { file: basename(path), rows, sizeBytes, sha256: hash.digest("hex") };
    },

    abandon: () => file.close().catch(() => undefined),
  };
}
