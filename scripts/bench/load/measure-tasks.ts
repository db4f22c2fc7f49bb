import { performance } from "node:perf_hooks";
import { freePort, waitFor } from "@trainchain/testing";
import { rows, startWorld } from "../../../apps/worker/src/test-world/start-world.ts";

const tasks = 200;
const datasetRows = 60;

/** Tasks/s of so many worker processes on one queue: each checks, splits, seals and stores a small dataset. */
export async function measureTasks(workers: number) {
  const world = await startWorld();
  const { sql } = world.connection;
  try {
    await Promise.all(
      Array.from({ length: workers }, async () => {
        const port = await freePort();
        await world.startWorker({ MONITOR_PORT: String(port), LOG_LEVEL: "warn" });
        await waitFor(
          "a worker to be ready",
          async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok,
        );
      }),
    );
    const prepared = async (wanted: number) =>
      waitFor(
        `${wanted} datasets to be prepared`,
        async () => {
          const [row] = await sql<{
            done: number;
          }>`select count(*)::int as done from preparations where status = 'ready'`;
          return (row?.done ?? 0) >= wanted;
        },
        { timeoutMs: 240_000, intervalMs: 20 },
      );
    const file = rows(datasetRows);
    // The first of each worker opens its connections and loads its code.
    for (let warmUp = 0; warmUp < 4 * workers; warmUp += 1) await world.requestJob(file);
    await prepared(4 * workers);
    const begun = performance.now();
    await Promise.all(Array.from({ length: tasks }, () => world.requestJob(file)));
    await prepared(4 * workers + tasks);
    const seconds = (performance.now() - begun) / 1_000;
    return {
      workers,
      tasks,
      seconds: Math.round(seconds * 10) / 10,
      tasksPerSecond: Math.round(tasks / seconds),
    };
  } finally {
    await world.stop();
  }
}
