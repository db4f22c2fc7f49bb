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
  const distinct = [...new Map(tasks.map((task) => [task.key, task])).values()];
  await db.execute(sql`
    select count(*) from graphile_worker.add_jobs((
      select array_agg(
        (task.name, task.payload, null, null, 25, task.key, null, null)::graphile_worker.job_spec)
      from jsonb_to_recordset(${JSON.stringify(distinct)}::jsonb) as task(name text, payload json, key text)))`);
}
