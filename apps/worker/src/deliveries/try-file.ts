import {
  type DeliveredFile,
  type FailedRun,
  forgetFailedRuns,
  listFailedRuns,
  recordFailedRun,
} from "@trainchain/db/work";
import { type EvaluatorScript, TrainChainError, verdictLimits } from "@trainchain/protocol";
import type { WorkerDeps } from "../deps.ts";

export interface FileTrial<Result> {
  script: EvaluatorScript;
  /** Runs the script on the delivered file, and on nothing else that could end it. */
  attempt: () => Promise<Result>;
  /** Runs it in the same way on a file that is known to be good. */
  control: () => Promise<unknown>;
  /** Whether how long it takes is the job's doing, and the machine's: then running out of time convicts nobody. */
  isLong?: boolean;
}

/** What a script came to on a delivered file, or how it ended where the file is convicted of that. */
export type Tried<Result> = { result: Result } | { convicted: string };

/**
 * Runs a script on a delivered file. A run that dies counts against the file only where the control then does well: an
 * evaluator that is down, or short of memory for anybody, convicts nobody. The count is kept in the database, for each
 * delivery, until a run goes well. Runs that count lie minutes apart.
 * @throws what says nothing of the file, and where it is to be tried again, `not-ready`
 */
export async function tryFile<Result>(
  { db, log }: Pick<WorkerDeps, "db" | "log">,
  file: DeliveredFile,
  { script, attempt, control, isLong = false }: FileTrial<Result>,
): Promise<Tried<Result>> {
  const runs = await listFailedRuns(db, file, script);
  if (isConvicted(runs)) return { convicted: runs.at(-1)?.message ?? "" };
  assertRested(runs);
  try {
    const result = await attempt();
    if (runs.length > 0) await forgetFailedRuns(db, file, script);
    return { result };
  } catch (error) {
    if (!isDeath(error) || (isLong && error.code === "timeout")) throw error;
    await control().catch((cause: unknown) => {
      log.warn({ script, err: cause }, "the control fails too, so the file is not to blame");
      throw error;
    });
    const { escrow, jobId, contributor, adapterCid } = file;
    const { message } = error;
    await recordFailedRun(db, { escrow, jobId, contributor, adapterCid, script, message });
    log.warn({ jobId, contributor, script, err: error }, "a script died of a delivered file");
  }
  return tryFile({ db, log }, file, { script, attempt, control, isLong });
}

function isConvicted(runs: readonly FailedRun[]): boolean {
  return runs.length >= verdictLimits.deadRuns;
}

function assertRested(runs: readonly FailedRun[]): void {
  const last = runs.at(-1);
  if (last && Date.now() < last.failedAt.getTime() + 1_000 * verdictLimits.restSeconds)
    throw new TrainChainError(
      "not-ready",
      `it is too early to try the file again of which ${last.script} died`,
    );
}

/**
 * Whether a script was seen to die: by a signal or an exit code of its own, or because it ran or printed without end.
 * A run that is lost with its evaluator is none, and neither is one that may be retried (75): a full disk, too little memory.
 */
export function isDeath(error: unknown): error is TrainChainError {
  if (!(error instanceof TrainChainError)) return false;
  const { exitCode, signal } = error.facts;
  if (typeof signal === "string") return true;
  if (typeof exitCode === "number") return exitCode !== 75;
  return error.code === "timeout" || error.code === "training-failed";
}
