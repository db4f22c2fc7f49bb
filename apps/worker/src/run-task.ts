import { type TaskName, type TaskPayloads, toTrainChainError } from "@trainchain/protocol";
import { withTrace } from "@trainchain/telemetry";
import type { Task } from "graphile-worker";
import type { Logger } from "pino";
import { isFinal } from "./fail-for-good.ts";

type Run<Name extends TaskName> = (payload: TaskPayloads[Name], run: { attempt: number }) => Promise<void>;
/** What payloads have in common, for the log. */
type Traced = { jobId?: string; draftId?: string; requestId?: string };

/**
 * A task as the queue calls it. One that fails is tried again, ever later; one whose error says that trying again
 * cannot help is kept as failed, with its error, and not tried again.
 */
export function runTask<Name extends TaskName>(name: Name, run: Run<Name>, log: Logger): Task {
  return (payload, helpers) => {
    const { jobId, draftId, requestId } = payload as Traced;
    return withTrace({ task: name, jobId, draftId, requestId }, async () => {
      const attempt = helpers.job.attempts;
      try {
        await run(payload as TaskPayloads[Name], { attempt });
        // A due job is looked at every few seconds for as long as it is due.
        log[name === "advance-job" ? "debug" : "info"]({ attempt }, "task done");
      } catch (cause) {
        const error = toTrainChainError(cause);
        const final = isFinal(error);
        log[final ? "error" : "warn"]({ attempt, code: error.code, err: cause, final }, "task failed");
        throw error;
      }
    });
  };
}
