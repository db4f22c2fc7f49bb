import { and, asc, eq, sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import type { JobKey } from "../job-key.ts";
import { chainEvents } from "../schema/index.ts";

export type ChainEventRow = typeof chainEvents.$inferSelect;

/** The events of a job in the order of the chain, after the given position. */
export async function listJobEvents(
  db: Executor,
  {
    escrow,
    jobId,
    after,
    limit,
  }: JobKey & { after: { blockNumber: bigint; logIndex: number } | undefined; limit: number },
): Promise<ChainEventRow[]> {
  return db
    .select()
    .from(chainEvents)
    .where(
      and(
        eq(chainEvents.escrow, escrow),
        eq(chainEvents.jobId, jobId),
        after &&
          sql`(${chainEvents.blockNumber}, ${chainEvents.logIndex}) > (${after.blockNumber.toString()}::bigint, ${after.logIndex}::integer)`,
      ),
    )
    .orderBy(asc(chainEvents.blockNumber), asc(chainEvents.logIndex))
    .limit(limit);
}
