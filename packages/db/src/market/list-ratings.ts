import { and, eq } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import type { JobKey } from "../job-key.ts";
import { contributorRatings, slots } from "../schema/index.ts";

/** The ratings of a job's contributors, in slot order. */
export async function listRatings(db: Executor, { escrow, jobId }: JobKey) {
  return db
    .select({ rating: contributorRatings, slot: slots.slot })
    .from(contributorRatings)
    .innerJoin(
      slots,
      and(
        eq(slots.escrow, contributorRatings.escrow),
        eq(slots.jobId, contributorRatings.jobId),
        eq(slots.contributor, contributorRatings.contributor),
      ),
    )
    .where(and(eq(contributorRatings.escrow, escrow), eq(contributorRatings.jobId, jobId)))
    .orderBy(slots.slot);
}
