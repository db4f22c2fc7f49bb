import { createQueueClient, pause } from "@trainchain/db";
import type { TaskName } from "@trainchain/protocol";
import type { Logger } from "pino";
import type { Task } from "./run-task.ts";

export interface RunQueueOptions {
  databaseUrl: string;
  tasks: Record<TaskName, Task>;
  /** How many tasks of each kind run at once; of those that take hours of the evaluator, one. */
  concurrency: number;
  log: Logger;
  signal: AbortSignal;
  /** Called while the queue is looked at. */
  onBeat?: () => void;
}

/** They would hold every place that the evaluator has, and all else would wait. */
const lone: ReadonlySet<string> = new Set<TaskName>(["replay-training"]);
/** Also while the queue says by itself what there is: it does not say when a failed task's next try is due. */
const polling = { pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 2 };
/** How long tasks may still take when the worker ends; then another takes them over. */
const stopWithinMs = 4_000;

/**
 * Works off the queue until the signal aborts. Each kind of task has places of its own, so that none waits for those
 * of another kind. What a killed worker had begun is another's as soon as it has given no sign for ten seconds.
 */
export async function runQueue(options: RunQueueOptions): Promise<void> {
  const { databaseUrl, tasks, concurrency, log, signal, onBeat } = options;
  const boss = createQueueClient(databaseUrl);
  boss.on("error", (err) => log.warn({ err }, "the queue's database did not answer; trying again"));
  boss.on("warning", ({ message }) => log.debug({ queue: message }));
  const isStarted = () =>
    boss.start().catch((err: unknown) => log.warn({ err }, "the queue could not be run; trying again"));
  while (!signal.aborted && !(await isStarted())) await pause(1_000, signal);
  if (!signal.aborted)
    for (const [name, task] of Object.entries(tasks)) {
      const settings = {
        ...polling,
        localConcurrency: lone.has(name) ? 1 : concurrency,
        perJobResults: true,
      } as const;
      await boss.work<object, unknown, typeof settings>(name, settings, (jobs) =>
        Promise.all(jobs.map(task)),
      );
    }
  while (!signal.aborted) {
    const since = Date.now() - 2_000 * polling.notifyPollingIntervalSeconds;
    if (boss.getWipData().some(({ lastFetchedOn }) => (lastFetchedOn ?? 0) > since)) onBeat?.();
    await pause(1_000, signal);
  }
  await boss.stop({ timeout: stopWithinMs });
}
