import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import type { RowVisitor } from "@trainchain/dataset";
import { TrainChainError } from "@trainchain/protocol";

export interface RowFile extends RowVisitor {
  /** Keeps the file, or with `false` removes it. */
  finish(keep: boolean): Promise<void>;
}

/**
 * Writes the usable rows of a scan as JSON Lines.
 *
 * @throws TrainChainError `conflict` where the file is there already: it may be the one that is read
 */
export async function createRowFile(path: string): Promise<RowFile> {
  const file = createWriteStream(path, { flags: "wx" });
  await once(file, "open").catch((cause: NodeJS.ErrnoException) => {
    throw new TrainChainError("conflict", `${path} cannot be written (${cause.code})`, {
      fix: "Name a file that is not there yet, in a folder that is.",
      cause,
    });
  });
  let isFull = false;
  return {
    row(bytes) {
      const line = Buffer.allocUnsafe(bytes.length + 1);
      line.set(bytes);
      line[bytes.length] = 0x0a;
      isFull = !file.write(line);
    },
    async afterChunk() {
      if (isFull) await once(file, "drain");
      isFull = false;
    },
    async finish(keep) {
      file.end();
      await once(file, "close");
      if (!keep) await rm(path);
    },
  };
}
