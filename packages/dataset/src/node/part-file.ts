import { createHash } from "node:crypto";
import { open } from "node:fs/promises";

/**
 * Writes a file that must not be there, and hashes it: each piece while the one before it is on its way to the disk. All
 * that fails is told by the promises that `write` and `end` return.
 */
export function createPartFile(path: string) {
  const opening = open(path, "wx");
  const hash = createHash("sha256");
  let writes: Promise<void> = opening.then(() => undefined);
  // Whoever writes or ends the file hears of it; where nobody does any more, it ends no process.
  writes.catch(() => undefined);

  return {
    /** Ends once the bytes may be changed. */
    write(bytes: Uint8Array): Promise<void> {
      const before = writes;
      writes = (async () => {
        await before;
        const file = await opening;
        for (let done = 0; done < bytes.length; )
          done += (await file.write(bytes, done, bytes.length - done)).bytesWritten;
      })();
      hash.update(bytes);
      return writes;
    },

    /** Ends once all is on the disk, with the SHA-256, hexadecimal. */
    async end(): Promise<string> {
      const sha256 = hash.digest("hex");
      const file = await opening;
      try {
        await writes;
        await file.sync();
      } finally {
        await file.close();
      }
      return sha256;
    },

    /** Lets go of a file that is not ended. */
    async close(): Promise<void> {
      await writes.catch(() => undefined);
      const file = await opening.catch(() => undefined);
      await file?.close();
    },
  };
}
