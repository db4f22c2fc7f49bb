import { EventEmitter, once } from "node:events";
import { type Connection, type Database, pause, tryLock } from "@trainchain/db";
import { poolLock, unlockDeadPools } from "@trainchain/db/work";
import { Logger as QueueLogger, run, type TaskList, type WorkerEvents } from "graphile-worker";
import type { Logger } from "pino";
import { failForGood } from "./fail-for-good.ts";

export interface RunQueueOptions {
  databaseUrl: string;
  connection: Connection;
  taskList: TaskList;
  concurrency: number;
  log: Logger;
  signal: AbortSignal;
  /** Where the queue tells of each task's begin and end. */
  events?: WorkerEvents;
}

/**
 * Works off the queue until the signal aborts. As long as a pool lives it holds a lock of its own in PostgreSQL;
 * the tasks of pools whose lock is free were killed with their process, and are given back. A pool ends when the
 * database goes away while it notes how a task ended: another one goes on.
 */
export async function runQueue({ events = new EventEmitter(), ...options }: RunQueueOptions): Promise<void> {
  const { connection, log, signal } = options;
  failForGood(events, connection.db, log, signal);
  while (!signal.aborted) {
    await runPool({ ...options, events }).catch((err: unknown) => {
      log.warn({ err }, "the queue could not be run; trying again");
    });
    await pause(500, signal);
  }
}

const stopWithinMs = 5_000;

async function runPool(options: RunQueueOptions & { events: WorkerEvents }): Promise<void> {
  const { databaseUrl, connection, taskList, concurrency, log, events } = options;
  const ended = new AbortController();
  const signal = AbortSignal.any([options.signal, ended.signal]);
  const holdLock = ({ workerPool }: { workerPool: { id: string } }) =>
    void holdPoolLock(connection, workerPool.id, log, signal);
  events.once("pool:create", holdLock);
  const broken = new Promise((resolve) => events.once("pool:fatalError", resolve));
  try {
    const runner = await run({
      connectionString: databaseUrl,
      taskList,
      concurrency,
      noHandleSignals: true,
      pollInterval: 1_000,
      events,
      logger: queueLogger(log),
      // In batches, of no delay: graphile-worker 0.18 looks at the outcome of a task's end only when it is one of a
      // batch, and otherwise the process goes down with the database.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    });
    await Promise.race([runner.promise, broken, giveBackTasks(connection.db, log, signal)]);
    if (!options.signal.aborted) log.warn("the queue broke off; taking it up again");
    // A broken pool may never say that it has stopped. What it still runs may be run again beside it.
    const patience = broken.then(() => pause(stopWithinMs, options.signal));
    await Promise.race([runner.stop().catch(() => undefined), patience]);
  } finally {
    ended.abort();
    events.removeListener("pool:create", holdLock);
  }
}

/** Gives back the tasks of dead pools, again and again until the signal aborts. */
async function giveBackTasks(db: Database, log: Logger, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await unlockDeadPools(db).catch((err: unknown) => log.warn({ err }, "could not look for dead pools"));
    await pause(5_000, signal);
  }
}

async function holdPoolLock(
  { openSession }: Connection,
  poolId: string,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const session = await openSession();
      try {
        while (!signal.aborted && !(await tryLock(session, poolLock(poolId)))) await pause(100, signal);
        if (!signal.aborted) await Promise.race([session.ended, once(signal, "abort")]);
        if (!signal.aborted) throw new Error("the pool's connection was lost");
      } finally {
        await session.end();
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
