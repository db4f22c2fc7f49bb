import { enqueueTask, pause } from "@trainchain/db";
import { listDueReplays } from "@trainchain/db/replays";
import { listJobsToContinue } from "@trainchain/db/rounds";
import {
  deleteTrialAnswers,
  listDueJobs,
  listDueRejections,
  listOverdueDeliveries,
  listOverdueResults,
} from "@trainchain/db/work";
import { trialLimits } from "@trainchain/protocol";
import { enqueueReplay } from "./deliveries/enqueue-replay.ts";
import type { WorkerDeps } from "./deps.ts";
import { createGetReady } from "./evaluating/get-ready.ts";

/**
 * Has every job looked at for which time has run out on the chain's clock, ended ones whose refusals have not taken
 * effect too: no event tells of a deadline that passes. It forgets answers of the try-it box that are old, and picks up whatever a kill or a refused transaction left undone, because such a job stays due.
 */
export async function watchDeadlines(
  deps: WorkerDeps,
  { intervalMs, signal, onBeat }: { intervalMs: number; signal: AbortSignal; onBeat: () => void },
): Promise<void> {
  const { log } = deps;
  const getReady = createGetReady(deps);
  while (!signal.aborted) {
    await enqueueDueJobs(deps).then(onBeat, (err: unknown) =>
      log.warn({ err }, "could not look for due jobs"),
    );
    // Nobody waits for it: it takes seconds, and longer where the machine is busy.
    void getReady().catch((err: unknown) => log.warn({ err }, "could not look for who is training"));
    await enqueueOverdue(deps).catch((err: unknown) =>
      log.warn({ err }, "could not look for overdue verdicts"),
    );
    await enqueueReplays(deps).catch((err: unknown) => log.warn({ err }, "could not look for due replays"));
    await enqueueRounds(deps).catch((err: unknown) => log.warn({ err }, "could not look for next rounds"));
    await deleteTrialAnswers(deps.db, new Date(Date.now() - trialLimits.keptMs)).catch((err: unknown) =>
      log.warn({ err }, "could not forget old answers"),
    );
    await pause(intervalMs, signal);
  }
}

async function enqueueDueJobs({ db, client, escrow, aggregator }: WorkerDeps): Promise<void> {
  const { timestamp } = await client.getBlock();
  const chainTime = new Date(Number(timestamp) * 1000);
  const due = { escrow, aggregator, chainTime };
  for (const jobId of [...(await listDueJobs(db, due)), ...(await listDueRejections(db, due))])
    await enqueueTask(
      db,
      "advance-job",
      { escrow, jobId: jobId.toString() },
      { key: `advance-job/${escrow}/${jobId}`, byClock: true },
    );
}

/**
 * Has every delivery looked at once more when what is missing counts as never delivered, and, as each job without a
 * result, for the last time at half of the review period. These are tasks of their own: whatever became of the first.
 */
async function enqueueOverdue({ db, client, escrow, aggregator }: WorkerDeps): Promise<void> {
  const { timestamp } = await client.getBlock();
  const due = { escrow, aggregator, chainTime: new Date(Number(timestamp) * 1000) };
  for (const { jobId, contributor, lastLook } of await listOverdueDeliveries(db, due)) {
    const key = `verify-adapter/${escrow}/${jobId}/${contributor}/${lastLook ? "last-look" : "overdue"}`;
    const payload = { escrow, jobId: jobId.toString(), contributor, lastLook };
    await enqueueTask(db, "verify-adapter", payload, { key, byClock: true });
  }
  for (const jobId of await listOverdueResults(db, due)) {
    const key = `aggregate-adapters/${escrow}/${jobId}/last-look`;
    const payload = { escrow, jobId: jobId.toString(), lastLook: true };
    await enqueueTask(db, "aggregate-adapters", payload, { key, byClock: true });
  }
}

/** Has what was drawn of trainings done again where all that it takes is here, or its time is over. */
async function enqueueReplays(deps: WorkerDeps): Promise<void> {
  const { db, client, escrow, aggregator } = deps;
  const { timestamp } = await client.getBlock();
  const due = { escrow, aggregator, chainTime: new Date(Number(timestamp) * 1000) };
  for (const { jobId, contributor, reviewEnds } of await listDueReplays(db, due))
    await enqueueReplay(deps, { escrow, jobId: jobId.toString(), contributor }, reviewEnds);
}

/** Has the round after every completed job of a series prepared. */
async function enqueueRounds({ db, escrow, aggregator }: WorkerDeps): Promise<void> {
  for (const jobId of await listJobsToContinue(db, { escrow, aggregator }))
    await enqueueTask(
      db,
      "prepare-round",
      { escrow, jobId: jobId.toString() },
      { key: `prepare-round/${escrow}/${jobId}`, byClock: true },
    );
}
