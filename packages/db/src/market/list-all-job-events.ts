import { and, asc, eq } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import type { JobKey } from "../job-key.ts";
import { chainEvents } from "../schema/index.ts";
import type { ChainEventRow } from "./list-job-events.ts";

/** All events of a job in the order of the chain: a few for each of its at most 32 slots and their refills. */
export async function listAllJobEvents(db: Executor, { escrow, jobId }: JobKey): Promise<ChainEventRow[]> {
  return db
    .select()
    .from(chainEvents)
    .where(and(eq(chainEvents.escrow, escrow), eq(chainEvents.jobId, jobId)))
    .orderBy(asc(chainEvents.blockNumber), asc(chainEvents.logIndex));
}
