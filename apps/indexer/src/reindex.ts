import type { Database } from "@trainchain/db";
import { dropDerivedRows } from "@trainchain/db/follow";
import type { Follower } from "./follow-chain.ts";

/** Drops everything derived from the chain and reads it again from the first block up to the newest. */
export async function reindex(db: Database, follower: Follower): Promise<void> {
  await dropDerivedRows(db);
  await follower.assertChain();
  while ((await follower.step()) !== "idle");
}
