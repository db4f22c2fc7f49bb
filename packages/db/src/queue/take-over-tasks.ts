import type { TaskName, TaskPayloads } from "@trainchain/protocol";
import { sql } from "drizzle-orm";
import type { Database } from "../connect.ts";
import { enqueueTasks, type QueuedTask } from "./enqueue-tasks.ts";

/** Takes over what the queue of releases before this one still held, once: they are gone from its tables, which stay. */
export async function takeOverTasks(db: Database): Promise<void> {
  const { rows } = await db.execute(sql`select to_regclass('graphile_worker._private_jobs') as tasks`);
  if (!rows[0]?.tasks) return;
  await db.transaction(async (tx) => {
    const left = await tx.execute<{ name: TaskName; payload: TaskPayloads[TaskName]; key: string }>(sql`
      with left_over as (delete from graphile_worker._private_jobs where key is not null returning *)
      select kind.identifier as name, left_over.payload, left_over.key
      from left_over join graphile_worker._private_tasks kind on kind.id = left_over.task_id`);
    await enqueueTasks(tx, left.rows as QueuedTask[]);
  });
}
