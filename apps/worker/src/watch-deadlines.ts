import { enqueueTask, pause } from "@trainchain/db";
import { listJobsToContinue } from "@trainchain/db/rounds";
import { deleteTrialAnswers, listDueJobs } from "@trainchain/db/work";
import { trialLimits } from "@trainchain/protocol";
import type { WorkerDeps } from "./deps.ts";

/**
 * Has every open job looked at for which time has run out on the chain's clock: no event tells of a deadline that
 * passes. It forgets answers of the try-it box that are old, and picks up whatever a kill or a refused transaction left undone, because such a job stays due.
 */
export async function watchDeadlines(
  deps: WorkerDeps,
  { intervalMs, signal, onBeat }: { intervalMs: number; signal: AbortSignal; onBeat: () => void },
): Promise<void> {
  const { log } = deps;
  while (!signal.aborted) {
    await enqueueDueJobs(deps).then(onBeat, (err: unknown) =>
      log.warn({ err }, "could not look for due jobs"),
    );
    await enqueueRounds(deps).catch((err: unknown) => log.warn({ err }, "could not look for next rounds"));
    await deleteTrialAnswers(deps.db, new Date(Date.now() - trialLimits.keptMs)).catch((err: unknown) =>
      log.warn({ err }, "could not forget old answers"),
    );
    await pause(intervalMs, signal);
  }
}

export async function enqueueDueJobs({ db, client, escrow, aggregator }: WorkerDeps): Promise<void> {
  const { timestamp } = await client.getBlock();
  const chainTime = new Date(Number(timestamp) * 1000);
  for (const jobId of await listDueJobs(db, { escrow, aggregator, chainTime }))
    await enqueueTask(
      db,
      "advance-job",
      { escrow, jobId: jobId.toString() },
      { key: `advance-job/${escrow}/${jobId}`, byClock: true },
    );
}

/** Has the round after every completed job of a series prepared. */
export async function enqueueRounds({ db, escrow, aggregator }: WorkerDeps): Promise<void> {
  for (const jobId of await listJobsToContinue(db, { escrow, aggregator }))
    await enqueueTask(
      db,
      "prepare-round",
      { escrow, jobId: jobId.toString() },
      { key: `prepare-round/${escrow}/${jobId}`, byClock: true },
    );
}
