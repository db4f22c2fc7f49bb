import { createReadStream } from "node:fs";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Database, type Executor, isContentUsed, lockContent } from "@trainchain/db";
import {
  deleteStaleUploads,
  finishUpload,
  listKnownUploads,
  listUnfinishedUploads,
  type Upload,
} from "@trainchain/db/market";
import type { UploadPurpose } from "@trainchain/protocol";
import type { Storage } from "@trainchain/storage";
import { FileStore } from "@tus/file-store";

/** The folder of uploads. An upload's bytes lie in `<dir>/<id>`, where the worker finds a dataset. */
export interface UploadStore {
  dir: string;
  files: FileStore;
  /**
   * Takes note that all bytes are here; but for a dataset's they go to storage first. Safe to call again after a crash or a
   * failure of the storage: the bytes stay until their CID is written down. Returns their CID there.
   */
  finish(upload: Pick<Upload, "id" | "purpose" | "sizeBytes" | "finishedAt" | "cid">): Promise<string | null>;
  hasAllBytes(upload: Pick<Upload, "id" | "sizeBytes">): Promise<boolean>;
  /** Bytes that uploads of these purposes said they have, and that have not come yet. */
  unsentBytes(db: Executor, purposes: readonly UploadPurpose[]): Promise<number>;
  remove(id: string): Promise<void>;
  /** Forgets unfinished uploads older than their time, and their bytes; and bytes that old which belong to none. */
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

  /** Removes files of no upload: a process was killed between forgetting the one and removing the other. */
  async function removeOrphans(before: Date): Promise<void> {
    const ids = [...new Set((await readdir(dir)).map((name) => name.replace(/\.json$/, "")))];
    const known = new Set(await listKnownUploads(db, ids));
    for (const id of ids.filter((name) => !known.has(name))) {
      const file =
        (await stat(pathOf(id)).catch(() => undefined)) ??
        (await stat(`${pathOf(id)}.json`).catch(() => undefined));
      if (file && file.mtime < before) await remove(id);
    }
  }

  return {
    dir,
    files: new FileStore({ directory: dir, expirationPeriodInMilliseconds: expiryMs }),
    async finish({ id, purpose, sizeBytes, finishedAt, cid }) {
      if (finishedAt) return cid;
      const note = (tx: Executor, stored: string | null) =>
        finishUpload(tx, { id, cid: stored, finishedAt: new Date() });
      if (purpose === "dataset") {
        await note(db, null);
        return null;
      }
      const put = () => storage.put(createReadStream(pathOf(id)), { sizeBytes, name: `${purpose}-${id}` });
      const stored = await put();
      await db.transaction(async (tx) => {
        // The same bytes may have been another upload's, whose time was over just now.
        await lockContent(tx, stored.cid);
        if (!(await storage.has(stored.cid))) await put();
        await note(tx, stored.cid);
        // The upload was ended while its last bytes were stored.
        if (!(await isContentUsed(tx, stored.cid, {}))) await storage.remove(stored.cid);
      });
      await remove(id);
      return stored.cid;
    },
    async hasAllBytes({ id, sizeBytes }) {
      const file = await stat(pathOf(id)).catch(() => undefined);
      return file?.size === sizeBytes;
    },
    async unsentBytes(tx, purposes) {
      const unfinished = await listUnfinishedUploads(tx, purposes);
      const sent = await Promise.all(
        unfinished.map(({ id }) =>
          stat(pathOf(id)).then(
            ({ size }) => size,
            () => 0,
          ),
        ),
      );
      return unfinished.reduce((sum, { sizeBytes }, at) => sum + Math.max(0, sizeBytes - sent[at]!), 0);
    },
    remove,
    async removeStale(now) {
      const stale = await deleteStaleUploads(db, new Date(now.getTime() - expiryMs));
      for (const id of stale) await remove(id);
      await removeOrphans(new Date(now.getTime() - expiryMs));
    },
  };
}
