import { openAsBlob } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { basename } from "node:path";
import { TrainChainError } from "@trainchain/protocol";
import { blobSource, type UploadSource } from "../upload.ts";

/** A file as an upload's source; it is read piece by piece, never held whole. */
export async function fileSource(path: string): Promise<UploadSource> {
  return blobSource(await openAsBlob(path), basename(path));
}

/**
 * Writes a stream to `path`, which appears only when it is complete. Returns its size in bytes.
 *
 * @throws TrainChainError `timeout` where the stream breaks off, `disk-full` where it does not fit: both may come right
 */
export async function saveStream(stream: ReadableStream<Uint8Array>, path: string): Promise<number> {
  const partial = `${path}.partial`;
  const file = await open(partial, "w");
  let sizeBytes = 0;
  try {
    for await (const piece of unbroken(stream)) {
      await file.writeFile(piece);
      sizeBytes += piece.length;
    }
    await file.close();
    await rename(partial, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(partial, { force: true });
    throw diskError(error, path);
  }
  return sizeBytes;
}

async function* unbroken(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } catch (cause) {
    throw new TrainChainError("timeout", "the download broke off", {
      fix: "Check the network, then try again.",
      cause,
    });
  }
}

function diskError(cause: unknown, path: string): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  if (code !== "ENOSPC" && code !== "EDQUOT") return cause;
  return new TrainChainError("disk-full", `no space is left for ${path}`, {
    fix: "Make room on the disk, then try again.",
    cause,
  });
}
