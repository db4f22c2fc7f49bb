import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { piecesOf, toStream } from "./byte-stream.ts";
import { createCidHasher, importBlocks, leafBytes } from "./cid.ts";
import { type Content, collectNodes, type Nodes, readNodes, readRange, writeNodes } from "./content-tree.ts";
import {
  assertCid,
  assertSize,
  type ByteRange,
  type ByteSource,
  notFound,
  type PutOptions,
  type Storage,
} from "./storage.ts";
import { openVerified, wrongBytes } from "./verified-stream.ts";

export interface LocalOptions {
  dir: string;
  /** Told how many bytes are read from stored content, and hashed: benches and tests count them. */
  onRead?: ((sizeBytes: number) => void) | undefined;
}

/** Contents whose hashes are kept in memory: a megabyte for one of four gigabytes. */
const nodesInMemory = 16;

/**
 * Storage in a folder: one file per content, named by its CID, under two letters of it, and beside it, as `.nodes`,
 * the hashes that its parts are checked with. A file appears under its name only when it is complete and on disk, so
 * a crash leaves nothing but a file in `incoming`.
 */
export function createLocalStorage({ dir, onRead = () => undefined }: LocalOptions): Storage {
  const pathOf = (cid: string) => join(dir, cid.slice(-2), cid);
  const nodesOf = (cid: string) => `${pathOf(cid)}.nodes`;
  const incoming = join(dir, "incoming");
  const lastNodes = new Map<string, Promise<Nodes>>();

  async function* counted(pieces: AsyncIterable<Uint8Array>) {
    for await (const piece of pieces) {
      onRead(piece.length);
      yield piece;
    }
  }

  /** The nodes of stored content, read or made once for all who ask while they are among the last that were asked for. */
  async function findNodes(cid: string): Promise<Nodes> {
    const nodes = lastNodes.get(cid) ?? readNodes(nodesOf(cid)).then((kept) => kept ?? makeNodes(cid));
    lastNodes.delete(cid);
    lastNodes.set(cid, nodes);
    const [oldest = ""] = lastNodes.keys();
    if (lastNodes.size > nodesInMemory) lastNodes.delete(oldest);
    nodes.catch(() => lastNodes.delete(cid));
    return nodes;
  }

  async function makeNodes(cid: string): Promise<Nodes> {
    const nodes: Nodes = new Map();
    const root = await importBlocks(counted(await openFile(cid, pathOf(cid))), collectNodes(nodes));
    if (root.toString() !== cid) throw wrongBytes(cid, { actualCid: root.toString() });
    await mkdir(incoming, { recursive: true });
    await writeNodes(nodesOf(cid), join(incoming, randomUUID()), cid, nodes);
    return nodes;
  }

  async function* rangeOf(content: Omit<Content, "readLeaf">, range: ByteRange) {
    const file = await open(pathOf(content.cid), "r").catch(asNotFound(content.cid));
    const readLeaf = async (position: number) => {
      const leaf = Buffer.allocUnsafe(leafBytes);
      const { bytesRead } = await file.read(leaf, 0, leafBytes, position);
      onRead(bytesRead);
      return leaf.subarray(0, bytesRead);
    };
    try {
      yield* readRange({ ...content, readLeaf }, range);
    } finally {
      await file.close();
    }
  }

  async function sizeOf(cid: string): Promise<number | undefined> {
    assertCid(cid);
    return stat(pathOf(cid)).then(
      ({ size }) => size,
      () => undefined,
    );
  }

  return {
    sizeOf,

    async put(bytes, options = {}) {
      const path = join(incoming, randomUUID());
      await mkdir(incoming, { recursive: true });
      try {
        const nodes: Nodes = new Map();
        const stored = await writeHashed(path, bytes, options, nodes);
        const folder = join(dir, stored.cid.slice(-2));
        await mkdir(folder, { recursive: true });
        if (nodes.size > 0) await writeNodes(nodesOf(stored.cid), `${path}.nodes`, stored.cid, nodes);
        await rename(path, pathOf(stored.cid));
        lastNodes.delete(stored.cid);
        await syncFolder(folder);
        return stored;
      } finally {
        await rm(path, { force: true });
        await rm(`${path}.nodes`, { force: true });
      }
    },

    async get(cid, options = {}) {
      return openVerified(cid, async (start) => counted(await openFile(cid, pathOf(cid), start)), options);
    },

    async getRange(cid, range) {
      const sizeBytes = await sizeOf(cid);
      if (sizeBytes === undefined) throw notFound(cid);
      const nodes: Nodes = sizeBytes > leafBytes ? await findNodes(cid) : new Map();
      return toStream(rangeOf({ cid, sizeBytes, nodes }, range));
    },

    async has(cid) {
      assertCid(cid);
      return access(pathOf(cid)).then(
        () => true,
        () => false,
      );
    },

    async remove(cid) {
      assertCid(cid);
      await rm(pathOf(cid), { force: true });
      await rm(nodesOf(cid), { force: true });
    },

    async removeLeftovers(before) {
      for (const name of await readdir(incoming).catch(() => [])) {
        const path = join(incoming, name);
        const file = await stat(path).catch(() => undefined);
        if (file && file.mtime < before) await rm(path, { force: true });
      }
    },
  };
}

async function writeHashed(path: string, bytes: ByteSource, options: PutOptions, nodes: Nodes) {
  const hasher = createCidHasher(collectNodes(nodes));
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

function asNotFound(cid: string) {
  return (error: NodeJS.ErrnoException): never => {
    throw error.code === "ENOENT" ? notFound(cid) : error;
  };
}

async function openFile(cid: string, path: string, start = 0) {
  const file = await open(path, "r").catch(asNotFound(cid));
  return createReadStream(path, { fd: file, start, highWaterMark: leafBytes });
}

/** Makes a rename survive a power cut; some systems (Windows) cannot open a folder and need no such step. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}
