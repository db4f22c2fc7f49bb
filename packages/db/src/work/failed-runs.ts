import { and, eq } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import type { JobKey } from "../job-key.ts";
import { failedRuns } from "../schema/index.ts";

export type FailedRun = typeof failedRuns.$inferSelect;
/** A file as one slot delivered it. */
export type DeliveredFile = JobKey & { contributor: string; adapterCid: string };

/** What went wrong with one delivered file under one script, oldest first. */
export async function listFailedRuns(
  db: Executor,
  file: DeliveredFile,
  script: string,
): Promise<FailedRun[]> {
  return db.select().from(failedRuns).where(under(file, script)).orderBy(failedRuns.id);
}

function under({ escrow, jobId, contributor, adapterCid }: DeliveredFile, script: string) {
  return and(
    eq(failedRuns.escrow, escrow),
    eq(failedRuns.jobId, jobId),
    eq(failedRuns.contributor, contributor),
    eq(failedRuns.adapterCid, adapterCid),
    eq(failedRuns.script, script),
  );
}

/** Forgets what went wrong with a file under a script: it has done well since. */
export async function forgetFailedRuns(db: Executor, file: DeliveredFile, script: string): Promise<void> {
  await db.delete(failedRuns).where(under(file, script));
}

export async function recordFailedRun(db: Executor, run: typeof failedRuns.$inferInsert): Promise<void> {
  await db.insert(failedRuns).values(run);
}
