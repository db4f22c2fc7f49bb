import { createHash } from "node:crypto";

/** sha256 over the sealed shards' CIDs in slot order, one a line: shows later that no shard was exchanged. */
export function commitmentTo(shards: readonly { cid: string }[]): string {
  return createHash("sha256")
    .update(shards.map(({ cid }) => `${cid}\n`).join(""))
    .digest("hex");
}
