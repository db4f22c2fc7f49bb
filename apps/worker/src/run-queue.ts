import { EventEmitter } from "node:events";
import { type Database, openSession, pause } from "@trainchain/db";
import { poolLock, unlockDeadPools } from "@trainchain/db/work";
import { Logger as QueueLogger, run, type TaskList, type WorkerEvents } from "graphile-worker";
import type { Logger } from "pino";
import type postgres from "postgres";
import { failForGood } from "./fail-for-good.ts";

export interface RunQueueOptions {
  databaseUrl: string;
  db: Database;
  sql: postgres.Sql;
  taskList: TaskList;
  concurrency: number;
  log: Logger;
  signal: AbortSignal;
  /** Where the queue tells of each task's begin and end. */
  events?: WorkerEvents;
}

/**
 * Works off the queue until the signal aborts. As long as the pool lives it holds a lock of its own in PostgreSQL;
 * the tasks of pools whose lock is free were killed with their process, and are given back.
 */
export async function runQueue({
  databaseUrl,
  db,
  sql,
  taskList,
  concurrency,
  log,
  signal,
  events = new EventEmitter(),
}: RunQueueOptions) {
  events.on("pool:create", ({ workerPool }) => void holdPoolLock(sql, workerPool.id, log, signal));
  failForGood(events, db, log, signal);
  const runner = await run({
    connectionString: databaseUrl,
    taskList,
    concurrency,
    noHandleSignals: true,
    pollInterval: 1_000,
    events,
    logger: queueLogger(log),
  });
  while (!signal.aborted) {
    await unlockDeadPools(db).catch((err: unknown) => log.warn({ err }, "could not look for dead pools"));
    await pause(5_000, signal);
  }
  await runner.stop();
}

async function holdPoolLock(
  sql: postgres.Sql,
  poolId: string,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const session = openSession(sql);
      try {
        const [holder] = await session`
          select pg_advisory_lock(hashtextextended(${poolLock(poolId)}, 0)), pg_backend_pid() as pid`;
        while (!signal.aborted) {
          await pause(2_000, signal);
          const [backend] = await session`select pg_backend_pid() as pid`;
          if (backend?.pid !== holder?.pid) throw new Error("the pool's connection was lost");
        }
      } finally {
        await session.end({ timeout: 1 });
      }
    } catch (err) {
      log.warn({ err }, "the pool lost its lock; taking it again");
      await pause(500, signal);
    }
  }
}

/** The queue's own messages, at one level below their own: tasks log what matters. */
function queueLogger(log: Logger): QueueLogger {
  return new QueueLogger(() => (level, message) => {
    if (level === "error") log.warn({ queue: message });
    else if (level === "warning") log.info({ queue: message });
    else log.trace({ queue: message });
  });
}
