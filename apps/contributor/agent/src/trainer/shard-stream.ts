import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { TrainChainError } from "@trainchain/protocol";
import { unseal } from "@trainchain/storage";

export interface SealedShard {
  /** Path of the sealed file. */
  path: string;
  /** The shard's age key; used in memory, never written. */
  identity: string;
  /** Of the plain rows. */
  sha256: string;
}

/** The shard's rows (or a later round's start) in plain. The last piece is held back until the whole has the right digest. */
export async function openShard({ path, identity, sha256 }: SealedShard): Promise<Readable> {
  return Readable.from(verified(await unseal(createReadStream(path), identity), sha256));
}

async function* verified(plain: AsyncIterable<Uint8Array>, sha256: string): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  let held: Uint8Array | undefined;
  for await (const piece of plain) {
    hash.update(piece);
    if (held) yield held;
    held = piece;
  }
  if (hash.digest("hex") !== sha256)
    throw new TrainChainError("sealing-failed", "a sealed file holds something else than the job assigned", {
      fix: "Report this: nothing is trained on data that differs from the job's.",
      facts: { sha256 },
    });
  if (held) yield held;
}
