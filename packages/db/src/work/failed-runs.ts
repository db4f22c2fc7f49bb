import { and, eq } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import type { JobKey } from "../follow/job-key.ts";
import { failedRuns } from "../schema/index.ts";

export type FailedRun = typeof failedRuns.$inferSelect;
/** A file as one slot delivered it. */
export type DeliveredFile = JobKey & { contributor: string; adapterCid: string };

/** What went wrong with one delivered file under one script, oldest first. */
export async function listFailedRuns(
  db: Executor,
  { escrow, jobId, contributor, adapterCid }: DeliveredFile,
  script: string,
): Promise<FailedRun[]> {
  return db
    .select()
    .from(failedRuns)
    .where(
      and(
        eq(failedRuns.escrow, escrow),
        eq(failedRuns.jobId, jobId),
        eq(failedRuns.contributor, contributor),
        eq(failedRuns.adapterCid, adapterCid),
        eq(failedRuns.script, script),
      ),
    )
    .orderBy(failedRuns.id);
}

export async function recordFailedRun(db: Executor, run: typeof failedRuns.$inferInsert): Promise<void> {
  await db.insert(failedRuns).values(run);
}
