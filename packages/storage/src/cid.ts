import { importer } from "ipfs-unixfs-importer";
import { fixedSize } from "ipfs-unixfs-importer/chunker";
import { balanced } from "ipfs-unixfs-importer/layout";
import type { CID } from "multiformats/cid";
import { piecesOf } from "./byte-stream.ts";
import type { ByteSource } from "./storage.ts";

/** Called with each block of the content's tree, children before parents. */
export type OnBlock = (cid: CID, bytes: Uint8Array) => void | Promise<void>;

/** Bytes of every leaf but the last, and the most links of a node above them: what the tree of a content looks like. */
export const leafBytes = 262_144;
export const linksPerNode = 174;

/** The profile of `ipfs add --cid-version=1`: CIDv1, raw leaves, 262144-byte chunks, balanced, 174 links. */
function profile() {
  return {
    cidVersion: 1,
    rawLeaves: true,
    reduceSingleLeafToSelf: true,
    chunker: fixedSize({ chunkSize: leafBytes }),
    layout: balanced({ maxChildrenPerNode: linksPerNode }),
  } as const;
}

/** The root CID of the content, as `ipfs add --cid-version=1` computes it; each block goes through `onBlock`. */
export async function importBlocks(bytes: ByteSource, onBlock: OnBlock = () => {}): Promise<CID> {
  const blockstore = {
    async put(cid: CID, block: Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>) {
      await onBlock(cid, block as Uint8Array);
      return cid;
    },
  };
  for await (const { cid } of importer([{ content: piecesOf(bytes) }], blockstore, profile())) return cid;
  throw new Error("the importer returned no root");
}

/** The CID (string) of the content, as `ipfs add --cid-version=1` prints it. */
export async function computeCid(bytes: ByteSource): Promise<string> {
  return (await importBlocks(bytes)).toString();
}

/** A CID computed from pieces as they pass by. */
export interface CidHasher {
  /** Resolves when the piece was taken; pieces must not be changed afterwards. */
  write(piece: Uint8Array): Promise<void>;
  /** Ends the content and returns its CID. */
  digest(): Promise<string>;
}

export function createCidHasher(onBlock?: OnBlock): CidHasher {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const cid = importBlocks(readable, onBlock).then(String);
  const writer = writable.getWriter();
  return {
    write: (piece) => writer.write(piece),
    async digest() {
      await writer.close();
      return cid;
    },
  };
}
