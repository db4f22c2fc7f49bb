import { type TaskName, webhookLimits } from "@trainchain/protocol";
import { type ConstructorOptions, PgBoss, type Queue } from "pg-boss";

/** Where a task lies that failed for good, with its error, until something happens to its job or its time is over. */
export const failedQueue = "failed";

const minute = 60;
const day = 24 * 60 * minute;

/** In seconds. A task is tried for some three days before it counts as failed for good. */
const usual = {
  /** Of the tasks of one key one runs at a time. */
  policy: "singleton",
  retryLimit: 900,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 5 * minute,
  /** The shortest that pg-boss takes: so long after its last sign a killed worker's tasks are another's. */
  heartbeatSeconds: 10,
  /** The longest that pg-boss takes; what runs long has bounds of its own. */
  expireInSeconds: day,
  retentionSeconds: 90 * day,
  /** What is done is of no use to anybody: the tables tell what came of it. */
  deleteAfterSeconds: minute,
  deadLetter: failedQueue,
  notify: true,
} satisfies Omit<Queue, "name">;

/** Tried for longer than any review period, which has 30 days at most. */
const owed = { ...usual, retryLimit: 20_000 };

const queues: Record<TaskName, Omit<Queue, "name">> = {
  "shard-dataset": usual,
  "verify-adapter": owed,
  "replay-training": owed,
  "aggregate-adapters": owed,
  "advance-job": usual,
  "prepare-round": usual,
  "relay-submission": usual,
  "relay-acceptance": usual,
  // Somebody waits before the screen.
  "try-result": { ...usual, retryLimit: 2 },
  "send-notices": usual,
  // Its own row says when enough is enough (webhookLimits.attempts).
  "deliver-notice": usual,
  "deliver-unanswered": { ...usual, retryDelay: 10, retryDelayMax: 60 * minute },
  // Few tries: a server that puts strangers off wants them back after some minutes.
  "deliver-mail": {
    ...usual,
    retryLimit: webhookLimits.attempts,
    ...{ retryDelay: 3 * minute, retryDelayMax: 60 * minute },
  },
};

const common = {
  migrate: false,
  schedule: false,
  registerInstance: false,
  openTelemetry: { enabled: false },
} satisfies ConstructorOptions;

/** pg-boss for a process that works off tasks, or looks after those that failed; the caller starts and stops it. */
export function createQueueClient(url: string, { supervise = true } = {}): PgBoss {
  const boss = new PgBoss({
    ...common,
    supervise,
    connectionString: url,
    max: 5,
    useListenNotify: supervise,
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
    maintenanceIntervalSeconds: minute,
    // The owner's to do, which no process is; PostgreSQL's own vacuum keeps up with tables this small.
    reindex: false,
    monitorVacuum: false,
  });
  // A connection that is lost is opened again; with nobody to hear of it, it would end the process.
  boss.on("error", () => undefined);
  return boss;
}

/** Brings the queue's own tables to pg-boss's newest schema, and each kind of task to the settings above. */
export async function migrateQueues(url: string): Promise<void> {
  const boss = new PgBoss({ ...common, migrate: true, supervise: false, connectionString: url, max: 1 });
  boss.on("error", () => undefined);
  try {
    await boss.start();
    await boss.createQueue(failedQueue, { retentionSeconds: 365 * day });
    for (const [name, { policy, ...options }] of Object.entries(queues)) {
      await boss.createQueue(name, { policy, ...options });
      await boss.updateQueue(name, options);
    }
  } finally {
    await boss.stop({ graceful: false });
  }
}
