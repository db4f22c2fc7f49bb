import {
  countJobs,
  countQueue,
  countUnfinishedTransactions,
  type QueueFigures,
} from "@trainchain/db/operations";
import { findStatesToCome } from "@trainchain/db/replays";
import { listOverdueDeliveries, listOverdueResults } from "@trainchain/db/work";
import { freeBytesOf } from "@trainchain/protocol/node";
import { addReadGauge, createRegistry, Histogram, type Registry } from "@trainchain/telemetry";
import type { WorkerDeps } from "../deps.ts";
import { measureFolder } from "./measure-folder.ts";

/** The platform's series: the queue, the sender's wallet and transactions, the jobs, and the bytes kept here. */
export function createWorkerRegistry(deps: WorkerDeps, { storageDir }: { storageDir: string | undefined }) {
  const { db, client, escrow, aggregator, dataDir } = deps;
  const registry = createRegistry();
  const taskSeconds = new Histogram({
    name: "trainchain_task_duration_seconds",
    help: "Time that a task took, by its kind and end",
    labelNames: ["task", "outcome"],
    buckets: [0.01, 0.1, 0.5, 2, 10, 60, 300, 1_800],
    registers: [registry],
  });

  addQueueGauges(registry, deps);
  addReadGauge(registry, {
    name: "trainchain_jobs",
    help: "Jobs by status",
    labels: ["status"],
    read: async () =>
      (await countJobs(db, escrow)).map(({ status, count }) => ({ labels: { status }, value: count })),
  });
  addReadGauge(registry, {
    name: "trainchain_overdue",
    help: "Verdicts and results that are missing at half of the review period",
    labels: ["awaited"],
    read: async () => {
      const { timestamp } = await client.getBlock();
      const due = { escrow, aggregator, chainTime: new Date(Number(timestamp) * 1000) };
      const [verdicts, results] = [await listOverdueDeliveries(db, due), await listOverdueResults(db, due)];
      return [
        { labels: { awaited: "verdict" }, value: verdicts.filter(({ lastLook }) => lastLook).length },
        { labels: { awaited: "result" }, value: results.length },
      ];
    },
  });
  addSendingGauges(registry, deps);
  addReadGauge(registry, {
    name: "trainchain_storage_bytes",
    help: "Bytes kept on this machine: content by local storage, uploads until they are taken over",
    labels: ["folder"],
    read: async () => [
      ...(storageDir ? [{ labels: { folder: "storage" }, value: await measureFolder(storageDir) }] : []),
      { labels: { folder: "uploads" }, value: await measureFolder(`${dataDir}/uploads`) },
    ],
  });
  addReadGauge(registry, {
    name: "trainchain_disk_free_bytes",
    help: "Bytes free on the disk of DATA_DIR, less what is kept of it for states of drawn trainings",
    read: async () => (await freeBytesOf(dataDir)) - (await findStatesToCome(db, escrow)).keptBytes,
  });
  return { registry, taskSeconds };
}

function addQueueGauges(registry: Registry, { db }: WorkerDeps): void {
  const states = ["waiting", "running", "deferred", "failed"] as const satisfies (keyof QueueFigures)[];
  addReadGauge(registry, {
    name: "trainchain_queue_tasks",
    help: "Queued tasks by kind and state",
    labels: ["task", "state"],
    read: async () =>
      (await countQueue(db)).flatMap((row) =>
        states.map((state) => ({ labels: { task: row.task, state }, value: row[state] })),
      ),
  });
  addReadGauge(registry, {
    name: "trainchain_queue_oldest_seconds",
    help: "How long the oldest due task of a kind has been waiting",
    labels: ["task"],
    read: async () =>
      (await countQueue(db)).map(({ task, oldestSeconds }) => ({ labels: { task }, value: oldestSeconds })),
  });
}

function addSendingGauges(registry: Registry, { db, client, aggregator }: WorkerDeps): void {
  addReadGauge(registry, {
    name: "trainchain_transactions_unfinished",
    help: "Transactions asked for and not yet decided",
    read: async () => (await countUnfinishedTransactions(db)).count,
  });
  addReadGauge(registry, {
    name: "trainchain_transactions_oldest_seconds",
    help: "Age of the oldest transaction that is not yet decided",
    read: async () => (await countUnfinishedTransactions(db)).oldestSeconds,
  });
  addReadGauge(registry, {
    name: "trainchain_transactions_at_limit",
    help: "Transactions that wait because gas costs more than they may offer",
    read: async () => (await countUnfinishedTransactions(db)).atLimit,
  });
  addReadGauge(registry, {
    name: "trainchain_aggregator_balance_pol",
    help: "What the aggregator's wallet has left for gas",
    read: async () => Number(await client.getBalance({ address: aggregator })) / 1e18,
  });
}
