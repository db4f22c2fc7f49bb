import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";

export interface QueueFigures {
  task: string;
  /** Due and not begun. */
  waiting: number;
  running: number;
  /** Put off: a later time was asked for, or an attempt failed. */
  deferred: number;
  /** Failed for good. */
  failed: number;
  /** How long the oldest due task has been waiting. */
  oldestSeconds: number;
}

/** How many tasks of each kind are queued, and in what state. */
export async function countQueue(db: Executor): Promise<QueueFigures[]> {
  const { rows } = await db.execute<{ [Name in keyof QueueFigures]: string }>(sql`
    select task_identifier as task,
      count(*) filter (where locked_at is null and attempts < max_attempts and run_at <= now()) as waiting,
      count(*) filter (where locked_at is not null) as running,
      count(*) filter (where locked_at is null and attempts < max_attempts and run_at > now()) as deferred,
      count(*) filter (where locked_at is null and attempts >= max_attempts) as failed,
      coalesce(extract(epoch from now() - min(run_at)
        filter (where locked_at is null and attempts < max_attempts and run_at <= now())), 0) as "oldestSeconds"
    from graphile_worker.jobs
    group by task_identifier`);
  return rows.map(({ task, ...figures }) => ({
    task,
    waiting: Number(figures.waiting),
    running: Number(figures.running),
    deferred: Number(figures.deferred),
    failed: Number(figures.failed),
    oldestSeconds: Number(figures.oldestSeconds),
  }));
}
