import { asc, gt, sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { chainEvents } from "../schema/index.ts";
import { inPieces } from "./in-pieces.ts";
import { type JobKey, keysAsJson } from "./job-key.ts";

export type ChainEvent = typeof chainEvents.$inferSelect;

/** Stores events; one already stored at the same place of the chain is replaced. */
export async function upsertEvents(db: Executor, events: ChainEvent[]): Promise<void> {
  for (const piece of inPieces(events, 5_000))
    await db
      .insert(chainEvents)
      .values(piece)
      .onConflictDoUpdate({
        target: [chainEvents.blockNumber, chainEvents.logIndex],
        set: {
          escrow: sql`excluded.escrow`,
          transactionHash: sql`excluded.transaction_hash`,
          name: sql`excluded.name`,
          jobId: sql`excluded.job_id`,
          args: sql`excluded.args`,
          minedAt: sql`excluded.mined_at`,
        },
      });
}

/** All stored events of the given jobs, in the chain's order. */
export async function listJobEvents(db: Executor, keys: readonly JobKey[]): Promise<ChainEvent[]> {
  return db
    .select()
    .from(chainEvents)
    .where(
      sql`(${chainEvents.escrow}, ${chainEvents.jobId}) in (
        select key.escrow, key.job_id
        from jsonb_to_recordset(${keysAsJson(keys)}::jsonb) as key(escrow text, job_id bigint))`,
    )
    .orderBy(asc(chainEvents.blockNumber), asc(chainEvents.logIndex));
}

/** Deletes the events of blocks above `number` and returns them. */
export async function deleteEventsAbove(db: Executor, number: bigint): Promise<ChainEvent[]> {
  return db.delete(chainEvents).where(gt(chainEvents.blockNumber, number)).returning();
}
