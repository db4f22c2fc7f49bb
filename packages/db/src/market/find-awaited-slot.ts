import { and, eq, getTableColumns, or, sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import type { JobKey } from "../job-key.ts";
import { jobs, slots } from "../schema/index.ts";

/** What was committed to on chain before it was sent, and has neither come nor a verdict. */
const isStillToCome = and(
  eq(slots.status, "submitted"),
  sql`not exists (
    select from contributor_submissions as delivery
    where delivery.escrow = slots.escrow and delivery.job_id = slots.job_id
      and delivery.contributor = slots.contributor
      and (exists (select from uploads where uploads.cid = delivery.adapter_cid and uploads.finished_at is not null)
        or exists (select from adapter_verifications as verdict
          where verdict.escrow = delivery.escrow and verdict.job_id = delivery.job_id
            and verdict.contributor = delivery.contributor and verdict.adapter_cid = delivery.adapter_cid)))`,
);

/** That a slot's delivery has not come yet, in an open job of the platform's own: of `slots` joined with `jobs`. */
export const isAwaited = and(
  or(eq(slots.status, "accepted"), isStillToCome),
  eq(jobs.status, "open"),
  eq(jobs.own, true),
);

/** A wallet's slot of an open job of the platform's own whose delivery has not come yet. */
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
        isAwaited,
      ),
    );
  return slot;
}
