import { createHash } from "node:crypto";
import { CarReader } from "@ipld/car";
import { decode } from "@ipld/dag-pb";
import type { CID } from "multiformats/cid";

const dagPb = 0x70;

/** Reads a CAR as a store does: every block must match its CID, and the root's tree must be complete. */
export async function readCar(car: Uint8Array): Promise<{ cid: string; content: Uint8Array }> {
  const reader = await CarReader.fromBytes(car);
  const [root, ...others] = await reader.getRoots();
  if (!root || others.length > 0) throw new Error("expected one root");
  const leaves: Uint8Array[] = [];
  const visit = async (cid: CID) => {
    const block = await reader.get(cid);
    if (!block) throw new Error(`block ${cid} is missing`);
    const sha256 = createHash("sha256").update(block.bytes).digest();
    if (!sha256.equals(cid.multihash.digest)) throw new Error(`block ${cid} is wrong`);
    if (cid.code !== dagPb) leaves.push(block.bytes);
    else for (const link of decode(block.bytes).Links) await visit(link.Hash);
  };
  await visit(root);
  return { cid: root.toString(), content: Uint8Array.from(Buffer.concat(leaves)) };
}
