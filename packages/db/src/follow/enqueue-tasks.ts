import type { TaskName, TaskPayloads } from "@trainchain/protocol";
import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";

/** A task to queue; tasks of one `key` that have not started yet become one. */
export type QueuedTask = {
  [Name in TaskName]: { name: Name; payload: TaskPayloads[Name]; key: string };
}[TaskName];

/** Queues many tasks by one statement, in the caller's transaction. */
export async function enqueueTasks(db: Executor, tasks: readonly QueuedTask[]): Promise<void> {
  if (tasks.length === 0) return;
  await db.execute(sql`
    select graphile_worker.add_job(
      identifier => task.name, payload => task.payload, job_key => task.key, max_attempts => 25)
    from jsonb_to_recordset(${JSON.stringify(tasks)}::jsonb) as task(name text, payload json, key text)`);
}
