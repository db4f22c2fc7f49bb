import { and, eq, getTableColumns } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import type { JobKey } from "../job-key.ts";
import { jobs, slots } from "../schema/index.ts";

/** A wallet's slot of an open job of the platform's own for which nothing was delivered yet. */
export async function findAwaitedSlot(
  db: Executor,
  { escrow, jobId, contributor }: JobKey & { contributor: string },
): Promise<typeof slots.$inferSelect | undefined> {
  const [slot] = await db
    .select(getTableColumns(slots))
    .from(slots)
    .innerJoin(jobs, and(eq(jobs.escrow, slots.escrow), eq(jobs.jobId, slots.jobId)))
    .where(
      and(
        and(eq(slots.escrow, escrow), eq(slots.jobId, jobId), eq(slots.contributor, contributor)),
        and(eq(slots.status, "accepted"), eq(jobs.status, "open"), eq(jobs.own, true)),
      ),
    );
  return slot;
}
