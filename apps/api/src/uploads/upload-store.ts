import { createReadStream } from "node:fs";
import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Database } from "@trainchain/db";
import { deleteStaleUploads, finishUpload, type Upload } from "@trainchain/db/market";
import type { Storage } from "@trainchain/storage";
import { FileStore } from "@tus/file-store";

/** The folder of uploads. An upload's bytes lie in `<dir>/<id>`, where the worker finds a dataset. */
export interface UploadStore {
  dir: string;
  files: FileStore;
  /**
   * Takes note that all bytes are here; an adapter's go to storage first. Safe to call again after a crash or a
   * failure of the storage: the bytes stay until their CID is written down. Returns the CID of an adapter.
   */
  finish(upload: Pick<Upload, "id" | "purpose" | "sizeBytes" | "finishedAt" | "cid">): Promise<string | null>;
  hasAllBytes(upload: Pick<Upload, "id" | "sizeBytes">): Promise<boolean>;
  remove(id: string): Promise<void>;
  /** Forgets unfinished uploads older than their time, and their bytes. */
  removeStale(now: Date): Promise<void>;
}

export async function createUploadStore({
  dir,
  expiryMs,
  db,
  storage,
}: {
  dir: string;
  expiryMs: number;
  db: Database;
  storage: Storage;
}): Promise<UploadStore> {
  await mkdir(dir, { recursive: true });
  const pathOf = (id: string) => join(dir, id);

  async function remove(id: string): Promise<void> {
    await Promise.all([rm(pathOf(id), { force: true }), rm(`${pathOf(id)}.json`, { force: true })]);
  }

  return {
    dir,
    files: new FileStore({ directory: dir, expirationPeriodInMilliseconds: expiryMs }),
    async finish({ id, purpose, sizeBytes, finishedAt, cid }) {
      if (finishedAt) return cid;
      const stored =
        purpose === "adapter"
          ? await storage.put(createReadStream(pathOf(id)), { sizeBytes, name: `adapter-${id}` })
          : undefined;
      await finishUpload(db, { id, cid: stored?.cid ?? null, finishedAt: new Date() });
      if (stored) await remove(id);
      return stored?.cid ?? null;
    },
    async hasAllBytes({ id, sizeBytes }) {
      const file = await stat(pathOf(id)).catch(() => undefined);
      return file?.size === sizeBytes;
    },
    remove,
    async removeStale(now) {
      const stale = await deleteStaleUploads(db, new Date(now.getTime() - expiryMs));
      for (const id of stale) await remove(id);
    },
  };
}
