import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { type Connection, connect, createQueueClient, enqueueTask, failedQueue, pause } from "@trainchain/db";
import { countQueue } from "@trainchain/db/operations";
import { type TaskName, TrainChainError } from "@trainchain/protocol";
import { type Postgres, startPostgres, startProcess, waitFor } from "@trainchain/testing";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { enqueueReplay } from "./deliveries/enqueue-replay.ts";
import type { WorkerDeps } from "./deps.ts";
import { runQueue } from "./run-queue.ts";
import { tasksOf } from "./test-world/tasks-of.ts";

interface Done {
  name: TaskName;
  payload: Record<string, string>;
  attempt: number;
}

let postgres: Postgres;
let connection: Connection;
let databaseUrl: string;
let dir: string;
/** What a task does; tasks are noted as done once it has returned. */
let work: (task: Done) => Promise<void>;
let begun: Done[];
let done: Done[];
let stopping: AbortController;
const running = new Set<Promise<void>>();

beforeAll(async () => {
  postgres = await startPostgres();
  dir = await mkdtemp(join(tmpdir(), "queue-"));
});
afterAll(async () => {
  await postgres?.stop();
  await rm(dir, { recursive: true, force: true });
});
beforeEach(async () => {
  databaseUrl = await postgres.createDatabase();
  connection = connect(databaseUrl);
  [work, begun, done, stopping] = [async () => undefined, [], [], new AbortController()];
});
afterEach(async () => {
  stopping.abort();
  await Promise.all(running);
  running.clear();
  await connection.close();
});

function startWorker() {
  const tasks = tasksOf(async (name, payload, attempt) => {
    const task = { name, payload, attempt };
    begun.push(task);
    await work(task);
    done.push(task);
  });
  const log = pino({ level: "silent" });
  running.add(runQueue({ databaseUrl, tasks, concurrency: 2, log, signal: stopping.signal }));
}

const escrow = "0x00000000000000000000000000000000000000aa";
const ofJob = (jobId: string) => ({ escrow, jobId });
const aggregate = (jobId: string, changes = {}) =>
  enqueueTask(connection.db, "aggregate-adapters", ofJob(jobId), {
    key: `aggregate-adapters/${escrow}/${jobId}`,
    ...changes,
  });
const round = (jobId: string, changes = {}) =>
  enqueueTask(connection.db, "prepare-round", ofJob(jobId), {
    key: `prepare-round/${escrow}/${jobId}`,
    ...changes,
  });
const prepare = (draftId: string, changes = {}) =>
  enqueueTask(connection.db, "shard-dataset", { draftId }, { key: "shard-dataset/one", ...changes });

const until = (what: string, isSo: () => boolean) => waitFor(what, async () => isSo());

const rows = (state: string) => connection.sql`
  select retry_count as tries, start_after::text as start, output->>'message' as message
  from pgboss.job where state::text = ${state} and name <> ${failedQueue}`;
const failures = () =>
  connection.sql`select source_output->>'message' as message from pgboss.job where name = ${failedQueue}`;

it("a task is queued with the fact that calls for it, or not at all", async () => {
  startWorker();
  const failed = connection.db.transaction(async (tx) => {
    await enqueueTask(tx, "shard-dataset", { draftId: "lost" }, { key: "lost" });
    throw new Error("the fact was not written");
  });
  await expect(failed).rejects.toThrow("not written");
  await connection.db.transaction((tx) =>
    enqueueTask(tx, "shard-dataset", { draftId: "kept" }, { key: "kept" }),
  );
  await until("the task to be done", () => done.length > 0);
  expect(done).toMatchObject([{ name: "shard-dataset", payload: { draftId: "kept" }, attempt: 1 }]);
});

it("tasks of one key that have not started become one, with the newest payload; one that runs is followed by another", async () => {
  await prepare("first");
  await Promise.all(Array.from({ length: 8 }, () => prepare("second")));
  const hold = Promise.withResolvers<void>();
  work = () => hold.promise;
  startWorker();
  await until("the task to begin", () => begun.length === 1);
  await prepare("third");
  await prepare("fourth");
  expect(await rows("created")).toHaveLength(1);
  hold.resolve();
  await until("both to be done", () => done.length === 2);
  expect(done.map(({ payload }) => payload.draftId)).toEqual(["second", "fourth"]);
});

it("a task waits for its time", async () => {
  await prepare("later", { runAt: new Date(Date.now() + 3_600_000) });
  await prepare("now", { key: "now" });
  startWorker();
  await until("the other task to be done", () => done.length === 1);
  expect(done[0]?.payload.draftId).toBe("now");
  const counted = { task: "shard-dataset", waiting: 0, running: 0, deferred: 1, failed: 0, oldestSeconds: 0 };
  await waitFor("the deferred one to be left", async () =>
    isDeepStrictEqual(await countQueue(connection.db), [counted]),
  );
});

it("a clock changes nothing of a task that waits for its next try; what happens brings it forward", async () => {
  work = async ({ attempt }) => {
    if (attempt === 1) throw new TrainChainError("storage-unavailable", "the storage is away");
  };
  startWorker();
  await aggregate("1");
  const [paused] = await waitFor("the first try to fail", async () => {
    const found = await rows("retry");
    return found.length > 0 && found;
  });
  expect(paused).toMatchObject({ message: "the storage is away" });
  stopping.abort();
  await Promise.all(running);
  await connection.sql`update pgboss.job set start_after = now() + interval '1 hour', retry_count = 7`;
  const [before] = await rows("retry");
  await aggregate("1", { byClock: true });
  expect(await rows("retry")).toEqual([before]);
  expect(await rows("created")).toEqual([]);
  await aggregate("1");
  const [after] = await rows("retry");
  expect(after).toMatchObject({ tries: 7, message: "the storage is away" });
  expect(Date.parse(String(after?.start))).toBeLessThan(Date.parse(String(before?.start)));
});

it("a task that failed for good is one row with its error, whatever a clock asks for, until something happens", async () => {
  work = async ({ name, payload }) => {
    if (name === "prepare-round" && payload.jobId === "1")
      throw new TrainChainError("configuration-invalid", "the model has no readable config.json");
  };
  startWorker();
  await round("1", { byClock: true });
  await waitFor("the task to fail for good", async () => (await failures()).length === 1);
  for (let tick = 0; tick < 50; tick += 1) await round("1", { byClock: true });
  await round("2");
  await until("the other job's task to be done", () => done.length === 1);
  expect(begun.filter(({ payload }) => payload.jobId === "1")).toHaveLength(1);
  expect(await failures()).toMatchObject([{ message: "the model has no readable config.json" }]);
  expect(await countQueue(connection.db)).toMatchObject([{ task: "prepare-round", failed: 1 }]);

  // An event of the job, which first has the job looked at.
  const { db } = connection;
  await enqueueTask(db, "advance-job", ofJob("1"), { key: `advance-job/${escrow}/1` });
  expect(await failures()).toEqual([]);
  await round("1", { byClock: true });
  await until(
    "it to be tried again",
    () => begun.filter(({ name }) => name === "prepare-round").length === 3,
  );
  await waitFor("it to fail again", async () => (await failures()).length === 1);

  // An operator.
  work = async () => undefined;
  const queue = createQueueClient(databaseUrl, { supervise: false });
  await queue.start();
  expect(await queue.redrive(failedQueue, { data: ofJob("1") })).toBe(1);
  await queue.stop();
  await until("it to be done", () =>
    done.some(({ name, payload }) => name !== "advance-job" && payload.jobId === "1"),
  );
  expect(await failures()).toEqual([]);
});

it("what is owed to whoever delivered ends by no error, and no clock brings it forward", async () => {
  work = async () => {
    throw new TrainChainError("forbidden", "the store refuses this key");
  };
  startWorker();
  await aggregate("1", { byClock: true });
  await until("a second try", () => {
    void aggregate("1", { byClock: true });
    return begun.length >= 2;
  });
  expect(await failures()).toEqual([]);
});

it("no kind of task waits for another: a delivery is relayed beside two aggregations that do not end", async () => {
  const hold = Promise.withResolvers<void>();
  work = ({ name }) => (name === "aggregate-adapters" ? hold.promise : Promise.resolve());
  startWorker();
  for (const jobId of ["1", "2", "3"]) await aggregate(jobId);
  await until("two aggregations to run", () => begun.length === 2);
  const delivery = { ...ofJob("3"), contributor: "0xc", adapterCid: "bafy", signature: "0x" };
  await enqueueTask(connection.db, "relay-submission", delivery, { key: "relay-submission/3" });
  await until("the relay to be done", () => done.length === 1);
  expect(done[0]?.name).toBe("relay-submission");
  expect(begun.filter(({ name }) => name === "aggregate-adapters")).toHaveLength(2);
  hold.resolve();
  await until("the third aggregation to be done", () => done.length === 4);
});

it("serial tasks of one key are all run, one after the other, by however many workers", async () => {
  let now = 0;
  let most = 0;
  work = async () => {
    most = Math.max(most, ++now);
    await pause(20, stopping.signal);
    now -= 1;
  };
  for (const trialId of ["a", "b", "c", "d"])
    await enqueueTask(connection.db, "try-result", { trialId }, { key: "try-result", serial: true });
  for (let worker = 0; worker < 2; worker += 1) startWorker();
  await until("all to be done", () => done.length === 4);
  expect(done.map(({ payload }) => payload.trialId).toSorted()).toEqual(["a", "b", "c", "d"]);
  expect(most).toBe(1);
});

it("of the trainings that wait to be done again that one is first whose review ends first", async () => {
  const deps = { db: connection.db } as WorkerDeps;
  const hours = [30, 2, 24, 1, 3];
  for (const [at, hour] of hours.entries())
    await enqueueReplay(
      deps,
      { ...ofJob(`${at}`), contributor: "0x1" },
      new Date(Date.now() + 3_600_000 * hour),
    );
  startWorker();
  await until("all to be done", () => done.length === hours.length);
  expect(done.map(({ payload }) => hours[Number(payload.jobId)])).toEqual([1, 2, 3, 24, 30]);
});

it("what a killed worker had begun is taken over", async () => {
  const script = fileURLToPath(new URL("./test-world/holding-worker.ts", import.meta.url));
  const env = { DATABASE_URL: databaseUrl };
  const killed = await startProcess({ name: "worker", script, env, logFile: join(dir, "killed.log") });
  await aggregate("1");
  await waitFor("the task to be begun", async () => (await rows("active")).length === 1);
  await killed.kill();
  startWorker();
  await waitFor("the task to be done", async () => done.length === 1);
  expect(done).toMatchObject([{ name: "aggregate-adapters", attempt: 2 }]);
});
