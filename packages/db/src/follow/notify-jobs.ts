import { sql } from "drizzle-orm";
import { jobChannel } from "../channels.ts";
import type { Executor } from "../connect.ts";
import { type JobKey, keysAsJson } from "../job-key.ts";

/** Tells listeners, when the transaction commits, that these jobs have changed. */
export async function notifyJobs(db: Executor, keys: readonly JobKey[]): Promise<void> {
  if (keys.length === 0) return;
  await db.execute(sql`
    select pg_notify(${jobChannel}, key.escrow || '/' || key.job_id)
    from jsonb_to_recordset(${keysAsJson(keys)}::jsonb) as key(escrow text, job_id bigint)`);
}
