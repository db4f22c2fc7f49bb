import { type TaskName, type TaskPayloads, toTrainChainError } from "@trainchain/protocol";
import type { Task } from "graphile-worker";
import type { Logger } from "pino";

type Run<Name extends TaskName> = (payload: TaskPayloads[Name], run: { attempt: number }) => Promise<void>;

/**
 * A task as the queue calls it. One that fails is tried again, ever later; one whose error says that trying again
 * cannot help is kept as failed, with its error, and not tried again.
 */
export function runTask<Name extends TaskName>(name: Name, run: Run<Name>, log: Logger): Task {
  return async (payload, helpers) => {
    try {
      await run(payload as TaskPayloads[Name], { attempt: helpers.job.attempts });
    } catch (cause) {
      const error = toTrainChainError(cause);
      const final = !error.mayRetry && error.code !== "internal";
      log[final ? "error" : "warn"](
        { task: name, payload, code: error.code, err: cause, final },
        "task failed",
      );
      if (final)
        await helpers.query(
          "update graphile_worker._private_jobs set max_attempts = attempts where id = $1",
          [helpers.job.id],
        );
      throw error;
    }
  };
}
