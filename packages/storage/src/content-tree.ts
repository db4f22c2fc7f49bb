import { createHash } from "node:crypto";
import { open, readFile, rename } from "node:fs/promises";
import { CarBlockIterator, CarWriter } from "@ipld/car";
import { code as dagPb, decode } from "@ipld/dag-pb";
import { CID } from "multiformats/cid";
import { leafBytes, linksPerNode, type OnBlock } from "./cid.ts";
import type { ByteRange } from "./storage.ts";
import { wrongBytes } from "./verified-stream.ts";

/** The nodes above a content's leaves by their CIDs: they name each leaf by its hash. A five-thousandth of the content. */
export type Nodes = Map<string, Uint8Array>;

/** Keeps the nodes of a content as its blocks pass by. */
export function collectNodes(nodes: Nodes): OnBlock {
  return (cid, bytes) => {
    if (cid.code === dagPb) nodes.set(cid.toString(), bytes);
  };
}

/** Writes nodes as a CAR file, which lies at `incoming` until it is whole. */
export async function writeNodes(path: string, incoming: string, root: string, nodes: Nodes): Promise<void> {
  const { writer, out } = CarWriter.create(CID.parse(root));
  const file = await open(incoming, "wx");
  const written = file.writeFile(out).finally(() => file.close());
  for (const [cid, bytes] of nodes) await writer.put({ cid: CID.parse(cid), bytes });
  await Promise.all([writer.close(), written]);
  await rename(incoming, path);
}

/** The nodes of a CAR file; undefined where there is none that can be read. They are not checked here. */
export async function readNodes(path: string): Promise<Nodes | undefined> {
  try {
    const nodes: Nodes = new Map();
    for await (const { cid, bytes } of await CarBlockIterator.fromBytes(await readFile(path)))
      nodes.set(cid.toString(), bytes);
    return nodes;
  } catch {
    return undefined;
  }
}

export interface Content {
  cid: string;
  sizeBytes: number;
  nodes: Nodes;
  /** Reads the leaf that begins at a byte of the content. */
  readLeaf(startBytes: number): Promise<Uint8Array>;
}

/** The bytes of a range, leaf by leaf; each, and the nodes above it up to the root, was hashed before. */
export async function* readRange(content: Content, { first, last }: ByteRange): AsyncGenerator<Uint8Array> {
  const linksOf = createLinks(content);
  const root = CID.parse(content.cid);
  const height = heightOf(content.sizeBytes);
  for (let index = Math.floor(first / leafBytes); index * leafBytes <= last; index++) {
    let cid = root;
    for (let level = height; level > 0; level--)
      cid = linksOf(cid)[Math.floor(index / linksPerNode ** (level - 1)) % linksPerNode] ?? root;
    const start = index * leafBytes;
    const leaf = await content.readLeaf(start);
    if (!isOf(cid, leaf)) throw wrongBytes(content.cid);
    yield leaf.subarray(Math.max(0, first - start), last - start + 1);
  }
}

/** How many levels of nodes stand above the leaves of a content in the profile of `ipfs add --cid-version=1`. */
function heightOf(sizeBytes: number): number {
  let height = 0;
  for (let spanBytes = leafBytes; spanBytes < sizeBytes; spanBytes *= linksPerNode) height += 1;
  return height;
}

/** The children of a node, hashed when it is first asked for. */
function createLinks({ cid: root, nodes }: Content): (cid: CID) => CID[] {
  const known = new Map<string, CID[]>();
  return (cid) => {
    const name = cid.toString();
    const seen = known.get(name);
    if (seen) return seen;
    const bytes = nodes.get(name);
    if (!bytes || cid.code !== dagPb || !isOf(cid, bytes)) throw wrongBytes(root);
    const links = decode(bytes).Links.map(({ Hash }) => Hash as CID);
    known.set(name, links);
    return links;
  };
}

function isOf(cid: CID, block: Uint8Array): boolean {
  return createHash("sha256").update(block).digest().equals(cid.multihash.digest);
}
