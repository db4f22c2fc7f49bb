import type { TaskName, TaskPayloads } from "@trainchain/protocol";
import { currentTrace } from "@trainchain/telemetry";
import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { failedQueue } from "./queues.ts";

export interface EnqueueOptions {
  /** Tasks of one kind and key that have not started yet become one; those that run, run one after the other. */
  key: string;
  /** Not before. */
  runAt?: Date;
  /** Those of the key do not become one: each is run, one after the other. */
  serial?: boolean;
  /**
   * Asked for because time has passed, not because something has happened: a task that waits, also for its next try,
   * stays as it is, and one that failed for good stays failed.
   */
  byClock?: boolean;
  /** Of waiting tasks of a kind that with the highest is taken first, of equal ones the oldest; 0 by default. */
  priority?: number;
}

/** A task to queue. */
export type QueuedTask = {
  [Name in TaskName]: { name: Name; payload: TaskPayloads[Name] } & EnqueueOptions;
}[TaskName];

/**
 * Queues tasks in the caller's transaction, so that a fact and the work it calls for are written together. The request
 * under way goes with them, for the log. What happens to a job gives those of its tasks another chance that failed for
 * good. A task that waits already takes over the newer payload, and no worker takes it before the transaction ends.
 */
export async function enqueueTasks(db: Executor, tasks: readonly QueuedTask[]): Promise<void> {
  if (tasks.length === 0) return;
  const { requestId } = currentTrace();
  const distinct = [...new Map(tasks.map((task) => [`${task.name} ${task.key}`, task])).values()];
  const rows = distinct.map(({ payload, serial = false, byClock = false, ...task }) => ({
    ...task,
    ...{ serial, byClock, data: { ...payload, requestId } },
  }));
  // pg-boss's own table, which it documents for this: it has no call that queues many of several kinds at once.
  await db.execute(sql`
    with task as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as task(name text, key text, data jsonb, "runAt" timestamptz, serial boolean, "byClock" boolean, priority integer)
    ), forgiven as (
      delete from pgboss.job failed using task
      where failed.name = ${failedQueue} and not task."byClock" and (failed.singleton_key = task.key
        or (failed.data->>'escrow' = task.data->>'escrow' and failed.data->>'jobId' = task.data->>'jobId'))
    ), waiting as (
      update pgboss.job job set
        data = case when task."byClock" then job.data else task.data end,
        start_after = case when task."byClock" then job.start_after else coalesce(task."runAt", now()) end
      from task
      where job.name = task.name and job.singleton_key = task.key and job.state < 'active' and not task.serial
      returning job.name, job.singleton_key
    ), added as (
      insert into pgboss.job_common (name, data, start_after, singleton_key, upsert_by_key, priority, policy,
        dead_letter, keep_until, expire_seconds, deletion_seconds, heartbeat_seconds, retry_limit, retry_delay, retry_backoff,
        retry_delay_max)
      select task.name, task.data, coalesce(task."runAt", now()), task.key, not task.serial, coalesce(task.priority, 0), queue.policy,
        queue.dead_letter, coalesce(task."runAt", now()) + make_interval(secs => queue.retention_seconds),
        queue.expire_seconds, queue.deletion_seconds, queue.heartbeat_seconds, queue.retry_limit, queue.retry_delay,
        queue.retry_backoff, queue.retry_delay_max
      from task join pgboss.queue queue on queue.name = task.name
      where not exists (select from waiting where waiting.name = task.name and waiting.singleton_key = task.key)
        and not (task."byClock" and exists (
          select from pgboss.job failed where failed.name = ${failedQueue} and failed.singleton_key = task.key))
      on conflict (name, singleton_key) where state = 'created' and upsert_by_key
        do update set data = excluded.data
      returning name
    )
    select pg_notify('pgboss_' || left(encode(sha224('pgboss'), 'hex'), 24), name) from added group by name`);
}

/** Queues one task, as `enqueueTasks` does. */
export async function enqueueTask<Name extends TaskName>(
  db: Executor,
  name: Name,
  payload: TaskPayloads[Name],
  options: EnqueueOptions,
): Promise<void> {
  await enqueueTasks(db, [{ name, payload, ...options } as QueuedTask]);
}
