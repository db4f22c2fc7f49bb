import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { access, rename, rm } from "node:fs/promises";
import type { RowVisitor } from "@trainchain/dataset";
import { TrainChainError } from "@trainchain/protocol/plain";

export interface RowFile extends RowVisitor {
  /** Gives the file its name, or with `false` removes it. */
  finish(keep: boolean): Promise<void>;
}

/**
 * Writes the usable rows of a scan as JSON Lines, beside the file that they become once all are written.
 *
 * @throws TrainChainError `conflict` where the file is there already: it may be the one that is read. What `afterChunk`
 * and `finish` throw is `disk-full`.
 */
export async function createRowFile(path: string): Promise<RowFile> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (isThere) throw cannotBeWritten(path, { code: "EEXIST" });
  const partial = `${path}.part`;
  const file = createWriteStream(partial);
  await once(file, "open").catch((cause) => {
    throw cannotBeWritten(path, cause);
  });
  let failure: NodeJS.ErrnoException | undefined;
  file.on("error", (error) => {
    failure = error;
  });
  const assertWritten = () => {
    if (!failure) return;
    throw new TrainChainError("disk-full", `${partial} cannot be written on: ${failure.message}`, {
      fix: "Make room, or name a file on another disk.",
      cause: failure,
    });
  };
  let isFull = false;
  return {
    row(bytes) {
      const line = Buffer.allocUnsafe(bytes.length + 1);
      line.set(bytes);
      line[bytes.length] = 0x0a;
      isFull = !file.write(line);
    },
    async afterChunk() {
      // What fails is in `failure` by then.
      if (isFull && !failure) await once(file, "drain").catch(() => undefined);
      isFull = false;
      assertWritten();
    },
    async finish(keep) {
      if (!file.closed) await once(file.end(), "close").catch(() => undefined);
      if (keep && !failure) await rename(partial, path);
      else await rm(partial, { force: true });
      if (keep) assertWritten();
    },
  };
}

function cannotBeWritten(path: string, cause: { code?: string }): TrainChainError {
  return new TrainChainError("conflict", `${path} cannot be written (${cause.code})`, {
    fix: "Name a file that is not there yet, in a folder that is.",
    cause,
  });
}
