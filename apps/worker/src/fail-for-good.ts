import { type Database, pause } from "@trainchain/db";
import { failTaskForGood } from "@trainchain/db/work";
import { TrainChainError } from "@trainchain/protocol";
import type { WorkerEvents } from "graphile-worker";
import type { Logger } from "pino";

/** Whether an error of a task says that trying again cannot help. */
export function isFinal(error: unknown): boolean {
  return error instanceof TrainChainError && !error.mayRetry && error.code !== "internal";
}

/**
 * Keeps tasks that failed for good from being tried again. The queue tells of a task's end before it has written it
 * down, and marks no task that it still holds: so it is asked until it has let go, well before the first retry. Killed
 * in between, the task fails once more.
 */
export function failForGood(events: WorkerEvents, db: Database, log: Logger, signal: AbortSignal): void {
  events.on("job:complete", ({ job, error }) => {
    if (!isFinal(error)) return;
    const message = error instanceof Error ? error.message : String(error);
    mark(db, job.id, message, signal).catch((err: unknown) =>
      log.warn({ err, task: job.task_identifier }, "could not mark a task as failed for good"),
    );
  });
}

async function mark(db: Database, taskId: string, message: string, signal: AbortSignal): Promise<void> {
  for (let tries = 0; tries < 20 && !signal.aborted; tries++) {
    if (await failTaskForGood(db, taskId, message)) return;
    await pause(100, signal);
  }
}
