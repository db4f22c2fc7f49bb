import { type DeliveredFile, type FailedRun, listFailedRuns, recordFailedRun } from "@trainchain/db/work";
import { type EvaluatorScript, TrainChainError, verdictLimits } from "@trainchain/protocol";
import type { WorkerDeps } from "../deps.ts";

export interface FileTrial<Result> {
  script: EvaluatorScript;
  /** Runs the script on the delivered file. */
  attempt: () => Promise<Result>;
  /** Runs it in the same way on a file that is known to be good. */
  control: () => Promise<unknown>;
}

/** What a script came to on a delivered file, or how it ended where the file is convicted of that. */
export type Tried<Result> = { result: Result } | { convicted: string };

/**
 * Runs a script on a delivered file, again where it dies. A run counts against the file only where the control then
 * does well: an evaluator that is down, or short of memory for anybody, convicts nobody. The count is kept in the
 * database, for each delivery.
 * @throws what says nothing of the file
 */
export async function tryFile<Result>(
  { db, log }: Pick<WorkerDeps, "db" | "log">,
  file: DeliveredFile,
  { script, attempt, control }: FileTrial<Result>,
): Promise<Tried<Result>> {
  while (true) {
    const runs = await listFailedRuns(db, file, script);
    if (isConvicted(runs)) return { convicted: runs.at(-1)?.message ?? "" };
    try {
      return { result: await attempt() };
    } catch (error) {
      const ending = endingOf(error);
      if (!ending) throw error;
      await control().catch((cause: unknown) => {
        log.warn({ script, err: cause }, "the control fails too, so the file is not to blame");
        throw error;
      });
      const message = error instanceof Error ? error.message : String(error);
      const { escrow, jobId, contributor, adapterCid } = file;
      await recordFailedRun(db, { escrow, jobId, contributor, adapterCid, script, ending, message });
      log.warn(
        { jobId, contributor, script, ending, err: error },
        "a script ended badly on a delivered file",
      );
    }
  }
}

function isConvicted(runs: readonly FailedRun[]): boolean {
  const died = runs.filter(({ ending }) => ending === "died").length;
  return died >= verdictLimits.deadRuns || runs.length >= verdictLimits.lostRuns;
}

/**
 * How a run ended that the file may be to blame for: the script died, by a signal or an exit code of its own, or ran
 * or printed without end; or it is lost with its evaluator. Undefined for what has other causes, a full disk's 75 among them.
 */
export function endingOf(error: unknown): "died" | "lost" | undefined {
  if (!(error instanceof TrainChainError)) return undefined;
  const { exitCode, signal } = error.facts;
  if (typeof signal === "string") return "died";
  if (typeof exitCode === "number") return exitCode === 75 ? undefined : "died";
  if (error.code === "timeout" || error.code === "training-failed") return "died";
  return error.code === "environment-broken" ? "lost" : undefined;
}
