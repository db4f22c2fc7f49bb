import { asc, gt, sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { type JobKey, keysAsJson } from "../job-key.ts";
import { chainEvents } from "../schema/index.ts";
import { insertRows } from "./insert-rows.ts";

export type ChainEvent = typeof chainEvents.$inferSelect;

/** Stores events; one already stored at the same place of the chain is replaced. */
export async function upsertEvents(db: Executor, events: ChainEvent[]): Promise<void> {
  await insertRows(
    db,
    chainEvents,
    events,
    sql`on conflict (block_number, log_index) do update set
      escrow = excluded.escrow,
      transaction_hash = excluded.transaction_hash,
      name = excluded.name,
      job_id = excluded.job_id,
      args = excluded.args,
      mined_at = excluded.mined_at`,
  );
}

/** The stored events of the given jobs in blocks below `below`, in the chain's order. */
export async function listEventsOfJobs(
  db: Executor,
  keys: readonly JobKey[],
  below: bigint,
): Promise<ChainEvent[]> {
  return db
    .select()
    .from(chainEvents)
    .where(
      sql`(${chainEvents.escrow}, ${chainEvents.jobId}) in (
        select key.escrow, key.job_id
        from jsonb_to_recordset(${keysAsJson(keys)}::jsonb) as key(escrow text, job_id bigint))
        and ${chainEvents.blockNumber} < ${below}`,
    )
    .orderBy(asc(chainEvents.blockNumber), asc(chainEvents.logIndex));
}

/** Deletes the events of blocks above `number` and returns them. */
export async function deleteEventsAbove(db: Executor, number: bigint): Promise<ChainEvent[]> {
  return db.delete(chainEvents).where(gt(chainEvents.blockNumber, number)).returning();
}
