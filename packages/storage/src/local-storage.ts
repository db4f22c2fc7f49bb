import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { piecesOf } from "./byte-stream.ts";
import { createCidHasher } from "./cid.ts";
import {
  assertCid,
  assertSize,
  type ByteSource,
  notFound,
  type PutOptions,
  type Storage,
} from "./storage.ts";
import { openVerified } from "./verified-stream.ts";

/**
 * Storage in a folder: one file per content, named by its CID, under two letters of it. A file appears under its
 * name only when it is complete and on disk, so a crash leaves nothing but a file in `incoming`.
 */
export function createLocalStorage({ dir }: { dir: string }): Storage {
  const pathOf = (cid: string) => join(dir, cid.slice(-2), cid);

  return {
    async put(bytes, options = {}) {
      const incoming = join(dir, "incoming", randomUUID());
      await mkdir(join(dir, "incoming"), { recursive: true });
      try {
        const stored = await writeHashed(incoming, bytes, options);
        const folder = join(dir, stored.cid.slice(-2));
        await mkdir(folder, { recursive: true });
        await rename(incoming, pathOf(stored.cid));
        await syncFolder(folder);
        return stored;
      } finally {
        await rm(incoming, { force: true });
      }
    },

    async get(cid, options = {}) {
      return openVerified(cid, (offset) => openFile(cid, pathOf(cid), offset), options);
    },

    async has(cid) {
      assertCid(cid);
      return access(pathOf(cid)).then(
        () => true,
        () => false,
      );
    },

    async sizeOf(cid) {
      assertCid(cid);
      return stat(pathOf(cid)).then(
        ({ size }) => size,
        () => undefined,
      );
    },
  };
}

async function writeHashed(path: string, bytes: ByteSource, options: PutOptions) {
  const hasher = createCidHasher();
  const file = await open(path, "wx");
  let sizeBytes = 0;
  try {
    for await (const piece of piecesOf(bytes)) {
      sizeBytes += piece.length;
      assertSize(options, sizeBytes, "so far");
      await Promise.all([file.writeFile(piece), hasher.write(piece)]);
    }
    assertSize(options, sizeBytes, "in all");
    await file.sync();
  } finally {
    await file.close();
  }
  return { cid: await hasher.digest(), sizeBytes };
}

async function openFile(cid: string, path: string, start: number) {
  const file = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") throw notFound(cid);
    throw error;
  });
  return createReadStream(path, { fd: file, start, highWaterMark: 262_144 });
}

/** Makes a rename survive a power cut; some systems (Windows) cannot open a folder and need no such step. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}
