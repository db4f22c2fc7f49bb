import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { TrainChainError } from "@trainchain/protocol";

export interface OpenUpload {
  /** A file on this machine that holds the whole upload; not to be changed. */
  path: string;
}

/**
 * A finished upload as a file. API and worker share a folder now; where they lie on two machines this is the
 * function that fetches it.
 */
export async function openUpload(dataDir: string, uploadId: string): Promise<OpenUpload> {
  const path = pathOf(dataDir, uploadId);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile())
    throw new TrainChainError("gone", `the uploaded dataset ${uploadId} is not there any more`, {
      fix: "Upload it again and make a new request.",
    });
  return { path };
}

/** Removes an upload's bytes and the note that the upload protocol keeps beside them. */
export async function removeUpload(dataDir: string, uploadId: string): Promise<void> {
  const path = pathOf(dataDir, uploadId);
  await Promise.all([rm(path, { force: true }), rm(`${path}.json`, { force: true })]);
}

function pathOf(dataDir: string, uploadId: string): string {
  return join(dataDir, "uploads", uploadId);
}
