import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";

/** Whether the worker that was heard of last does trainings again; true where none was heard of within a day. */
export async function offersReplay(db: Executor): Promise<boolean> {
  const { rows } = await db.execute<{ replays: boolean }>(sql`
    select replays from worker_heartbeats where seen_at > now() - interval '1 day' order by seen_at desc limit 1`);
  return rows[0]?.replays ?? true;
}
