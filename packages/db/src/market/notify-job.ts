import { sql } from "drizzle-orm";
import { jobChannel } from "../channels.ts";
import type { Executor } from "../connect.ts";
import type { JobKey } from "../job-key.ts";

/** Says, when the transaction commits, that something about this job changed. */
export async function notifyJob(db: Executor, { escrow, jobId }: JobKey): Promise<void> {
  await db.execute(sql`select pg_notify(${jobChannel}, ${`${escrow}/${jobId}`})`);
}
