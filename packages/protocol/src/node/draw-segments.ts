import { createHash } from "node:crypto";
import type { Address } from "../primitives.ts";

/** What decides which segments of a delivery are trained again: all of it stands on chain before anybody knows them. */
export interface DrawnFrom {
  /** Of the block that the submission stands in. */
  blockHash: string;
  chainId: number;
  escrow: Address;
  jobId: bigint;
  slot: number;
  contributor: Address;
  /** Of the sealed file, in which the commitment lies. */
  adapterCid: string;
}

/**
 * `count` of `segments` segments, each set of so many as likely as any other, ascending. The draw is a partial shuffle
 * (Fisher and Yates) by the bytes of SHA-256 over a seed and a counter; the seed is SHA-256 over the lines
 * "trainchain/replay/1", block hash, chain, escrow, job, slot, contributor and CID, in lower case but for the CID.
 */
export function drawSegments(
  from: DrawnFrom,
  { segments, count }: { segments: number; count: number },
): number[] {
  if (count > segments) throw new RangeError(`${count} of ${segments} segments cannot be drawn`);
  const below = randomBelow(seedOf(from));
  const left = Array.from({ length: segments }, (_, index) => index);
  const drawn = Array.from({ length: count }, () => left.splice(below(left.length), 1)[0]!);
  return drawn.sort((a, b) => a - b);
}

function seedOf({ blockHash, chainId, escrow, jobId, slot, contributor, adapterCid }: DrawnFrom): Buffer {
  const lines = [blockHash, String(chainId), escrow, String(jobId), String(slot), contributor];
  const text = ["trainchain/replay/1", ...lines.map((line) => line.toLowerCase()), adapterCid].join("\n");
  return createHash("sha256").update(text).digest();
}

/** Draws 32 bits at a time; those from the last whole multiple of the bound on would favour small numbers. */
function randomBelow(seed: Buffer): (bound: number) => number {
  let counter = 0;
  let block = Buffer.alloc(0);
  const next = () => {
    if (block.length === 0) {
      const count = Buffer.alloc(4);
      count.writeUInt32BE(counter++);
      block = createHash("sha256").update(seed).update(count).digest();
    }
    const value = block.readUInt32BE(0);
    block = block.subarray(4);
    return value;
  };
  return (bound) => {
    const fair = 2 ** 32 - (2 ** 32 % bound);
    let value = next();
    while (value >= fair) value = next();
    return value % bound;
  };
}
