import { and, desc, eq, ne } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { jobs, slots } from "../schema/index.ts";

/** A contributor's slots in closed jobs, latest first. */
export async function listClosedSlots(
  db: Executor,
  { contributor, limit }: { contributor: string; limit: number },
) {
  return db
    .select({
      jobId: jobs.jobId,
      escrow: jobs.escrow,
      kind: jobs.kind,
      closedAt: jobs.closedAt,
      status: slots.status,
      paidWei: slots.paidWei,
      acceptedAt: slots.acceptedAt,
    })
    .from(slots)
    .innerJoin(jobs, and(eq(jobs.escrow, slots.escrow), eq(jobs.jobId, slots.jobId)))
    .where(and(eq(slots.contributor, contributor), ne(jobs.status, "open")))
    .orderBy(desc(slots.acceptedAt), desc(slots.jobId))
    .limit(limit);
}

export type ClosedSlot = Awaited<ReturnType<typeof listClosedSlots>>[number];
