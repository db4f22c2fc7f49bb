import { openAsBlob } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { basename } from "node:path";
import { blobSource, type UploadSource } from "../upload.ts";

/** A file as an upload's source; it is read piece by piece, never held whole. */
export async function fileSource(path: string): Promise<UploadSource> {
  return blobSource(await openAsBlob(path), basename(path));
}

/** Writes a stream to `path`, which appears only when it is complete. Returns its size in bytes. */
export async function saveStream(stream: ReadableStream<Uint8Array>, path: string): Promise<number> {
  const partial = `${path}.partial`;
  const file = await open(partial, "w");
  let sizeBytes = 0;
  try {
    for await (const piece of stream) {
      await file.writeFile(piece);
      sizeBytes += piece.length;
    }
    await file.close();
    await rename(partial, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(partial, { force: true });
    throw error;
  }
  return sizeBytes;
}
