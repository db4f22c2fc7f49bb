import { open } from "node:fs/promises";
import type { ByteSource } from "../byte-source.ts";

/** Calls `use` with the file as a source, and closes it. */
export async function withFileSource<T>(path: string, use: (source: ByteSource) => Promise<T>): Promise<T> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    return await use({
      sizeBytes: size,
      read: async (offset, length) => {
        const bytes = new Uint8Array(length);
        const { bytesRead } = await file.read(bytes, 0, length, offset);
        if (bytesRead !== length) throw new RangeError(`${path} ended at byte ${offset + bytesRead}`);
        return bytes;
      },
    });
  } finally {
    await file.close();
  }
}
