import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import type { JobKey } from "../job-key.ts";

/** The PostgreSQL channel on which every writer says that a job changed. */
export const jobChannel = "trainchain_job";

/** Says, when the transaction commits, that something about this job changed. */
export async function notifyJob(db: Executor, { escrow, jobId }: JobKey): Promise<void> {
  await db.execute(sql`select pg_notify(${jobChannel}, ${`${escrow}/${jobId}`})`);
}
