import {
  type TaskName,
  type TaskPayloads,
  type TrainChainError,
  toTrainChainError,
} from "@trainchain/protocol";
import { type Histogram, withTrace } from "@trainchain/telemetry";
import type { Job, JobResult } from "pg-boss";
import type { Logger } from "pino";

/** The work of one kind of task. */
export type Run<Name extends TaskName> = (
  payload: TaskPayloads[Name],
  run: { attempt: number },
) => Promise<void>;
/** What payloads have in common, for the log. */
type Traced = { jobId?: string; draftId?: string; requestId?: string };

/** A task as the queue calls it. */
export type Task = (job: Job<object>) => Promise<JobResult>;

export interface TaskObservers {
  log: Logger;
  /** Time that a task took, by its kind (`task`) and end (`outcome`). */
  seconds: Histogram<"task" | "outcome">;
}

/**
 * Makes a task what the queue calls. One that fails is tried again, ever later; one whose error says that trying again
 * cannot help is kept as failed, with its error, and not tried again.
 */
export function runTask<Name extends TaskName>(
  name: Name,
  run: Run<Name>,
  { log, seconds }: TaskObservers,
): Task {
  return ({ id, data, retryCount }) => {
    const { jobId, draftId, requestId } = data as Traced;
    const attempt = retryCount + 1;
    const end = seconds.startTimer({ task: name });
    return withTrace<Promise<JobResult>>({ task: name, jobId, draftId, requestId }, async () => {
      try {
        await run(data as TaskPayloads[Name], { attempt });
        end({ outcome: "done" });
        // A due job is looked at every few seconds for as long as it is due.
        log[name === "advance-job" ? "debug" : "info"]({ attempt }, "task done");
        return { id, status: "completed" };
      } catch (cause) {
        end({ outcome: "failed" });
        const error = toTrainChainError(cause);
        const { code, message } = error;
        const final = isFinal(name, error);
        log[final ? "error" : "warn"]({ attempt, code, err: cause, final }, "task failed");
        return { id, status: final ? "deadletter" : "failed", output: { code, message } };
      }
    });
  };
}

/** What is owed to somebody who has delivered: it ends with a verdict or a result, and with no error. */
const owed = new Set<TaskName>(["verify-adapter", "replay-training", "aggregate-adapters"]);

/** Whether an error of a task says that trying again cannot help. */
function isFinal(name: TaskName, { mayRetry, code }: TrainChainError): boolean {
  return !owed.has(name) && !mayRetry && code !== "internal";
}
