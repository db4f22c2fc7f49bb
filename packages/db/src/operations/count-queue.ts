import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { failedQueue } from "../queue/queues.ts";

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
    select case when name = ${failedQueue} then source_name else name end as task,
      count(*) filter (where name <> ${failedQueue} and state < 'active' and start_after <= now()) as waiting,
      count(*) filter (where state = 'active') as running,
      count(*) filter (where state < 'active' and start_after > now()) as deferred,
      count(*) filter (where name = ${failedQueue}) as failed,
      coalesce(extract(epoch from now() - min(start_after)
        filter (where name <> ${failedQueue} and state < 'active' and start_after <= now())), 0) as "oldestSeconds"
    from pgboss.job
    where name = ${failedQueue} or state <= 'active'
    group by 1`);
  return rows.map(({ task, ...figures }) => ({
    task,
    waiting: Number(figures.waiting),
    running: Number(figures.running),
    deferred: Number(figures.deferred),
    failed: Number(figures.failed),
    oldestSeconds: Number(figures.oldestSeconds),
  }));
}
