import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";

/** Whether the worker that was heard of last sends e-mail; false where none was heard of within a day. */
export async function sendsMail(db: Executor): Promise<boolean> {
  const { rows } = await db.execute<{ mails: boolean }>(sql`
    select mails from worker_heartbeats where seen_at > now() - interval '1 day' order by seen_at desc limit 1`);
  return rows[0]?.mails ?? false;
}
