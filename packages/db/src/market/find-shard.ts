import { eq } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { llmFinetuneJobs } from "../schema/index.ts";

export type Shard = (typeof llmFinetuneJobs.$inferSelect)["shardAssignments"][number];

/** The sealed shard of one slot of a prepared draft. */
export async function findShard(db: Executor, draftId: string, slot: number): Promise<Shard | undefined> {
  const [prepared] = await db
    .select({ shards: llmFinetuneJobs.shardAssignments })
    .from(llmFinetuneJobs)
    .where(eq(llmFinetuneJobs.draftId, draftId));
  return prepared?.shards.find((shard) => shard.slot === slot);
}

/** The CIDs of the sealed shards that a spec was made of, in slot order; none where this platform did not prepare it. */
export async function listShardCids(db: Executor, specCid: string): Promise<string[]> {
  const [prepared] = await db
    .select({ shards: llmFinetuneJobs.shardAssignments })
    .from(llmFinetuneJobs)
    .where(eq(llmFinetuneJobs.specCid, specCid));
  return (prepared?.shards ?? []).toSorted((one, other) => one.slot - other.slot).map(({ cid }) => cid);
}
