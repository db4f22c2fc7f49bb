import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";

/** Marks a queued task as failed and not to be tried again; false where a worker holds it, or it is gone. */
export async function failTaskForGood(db: Executor, taskId: string, message: string): Promise<boolean> {
  const { rows } = await db.execute(sql`
    select id from graphile_worker.permanently_fail_jobs(array[${taskId}::bigint], ${message})`);
  return rows.length > 0;
}
