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
  const buffer = Buffer.allocUnsafe(bufferBytes);
  let used = 0;
  let rows = 0;
  let sizeBytes = 0;

  const flush = async (bytes: Buffer) => {
    hash.update(bytes);
    await file.writeFile(bytes);
    sizeBytes += bytes.length;
  };
  const flushBuffer = async () => {
    const length = used;
    used = 0;
    await flush(buffer.subarray(0, length));
  };

  return {
    /** Returns a promise only where the row did not fit into the buffer: await it before the next call. */
    write(source: Buffer, start: number, end: number): Promise<void> | undefined {
      rows += 1;
      if (used + end - start <= bufferBytes) {
        source.copy(buffer, used, start, end);
        used += end - start;
        return undefined;
      }
      return flushBuffer().then(() => {
        if (end - start > bufferBytes) return flush(source.subarray(start, end));
        source.copy(buffer, 0, start, end);
        used = end - start;
        return undefined;
      });
    },

    async finish(): Promise<PartFile> {
      await flushBuffer();
      await file.sync();
      await file.close();
      return { file: basename(path), rows, sizeBytes, sha256: hash.digest("hex") };
    },

    abandon: () => file.close().catch(() => undefined),
  };
}
