import { encodeEnforceRejection, encodeExpireJob, encodeReleaseSlot } from "@trainchain/chain";
import { enqueueTask } from "@trainchain/db";
import { listReplays } from "@trainchain/db/replays";
import { findJobForWork, type JobForWork, listVerdicts, requestTransaction } from "@trainchain/db/work";
import {
  type Address,
  isTaken,
  nextMove,
  nextMoveAfterEnd,
  openJobOf,
  type TaskPayloads,
} from "@trainchain/protocol";
import { ofDelivery } from "../deliveries/of-delivery.ts";
import { repeatRejection } from "../deliveries/record-verdict.ts";
import type { WorkerDeps } from "../deps.ts";

/**
 * Makes the move that the escrow allows now in a job of ours: frees an overdue slot, lets a refusal take effect that
 * nobody contests any more, ends a job that cannot reach its minimum, or has a finished one merged. It keeps nothing in mind: whatever it asks for is asked for once,
 * so it may run at any time and any number of times. The chain's clock counts, not this machine's.
 */
export function createAdvanceJob(deps: WorkerDeps) {
  const { db, client, escrow, aggregator } = deps;

  return async (payload: TaskPayloads["advance-job"]): Promise<void> => {
    if (payload.escrow !== escrow) return;
    const found = await findJobForWork(db, { escrow, jobId: BigInt(payload.jobId) });
    if (!found || found.job.aggregator !== aggregator) return;
    const { timestamp } = await client.getBlock();
    const job = openJobOf(found.job, found.slots);
    const next = (found.job.status === "open" ? nextMove : nextMoveAfterEnd)(job, Number(timestamp));
    if (next.move === "releaseSlot") await requestRelease(deps, found, next.contributor);
    if (next.move === "enforceRejection") await requestEnforcement(deps, found, next.contributor);
    // What was delivered is paid either way, so it is judged before.
    if (next.move === "completeJob" || next.move === "expireJob") await enqueueMissing(deps, found, payload, next.move);
  };
}

async function requestRelease({ db, escrow }: WorkerDeps, { job }: JobForWork, contributor: string) {
  const { to, data } = encodeReleaseSlot({ escrow, jobId: job.jobId, contributor: contributor as Address });
  await requestTransaction(db, { purpose: `releaseSlot/${escrow}/${job.jobId}/${contributor}`, to, data });
}

async function requestEnforcement({ db, escrow }: WorkerDeps, { job }: JobForWork, contributor: string) {
  const call = encodeEnforceRejection({ escrow, jobId: job.jobId, contributor: contributor as Address });
  const purpose = `enforceRejection/${escrow}/${job.jobId}/${contributor}`;
  await requestTransaction(db, { purpose, to: call.to, data: call.data });
}

/** Asks for the end of a job that cannot reach its minimum. */
export async function requestExpiry({ db, escrow }: WorkerDeps, { job, slots }: JobForWork) {
  const { to, data } = encodeExpireJob({ escrow, jobId: job.jobId, contributors: takenBy(slots) });
  await requestTransaction(db, { purpose: expiryOf(job), to, data });
}

/** What the intent to expire a job is known by. */
export function expiryOf({ escrow, jobId }: Pick<JobForWork["job"], "escrow" | "jobId">): string {
  return `expireJob/${escrow}/${jobId}`;
}

/** Every delivery has a verdict, and every refused one is rejected on chain, before the job is ended. */
async function enqueueMissing(
  deps: WorkerDeps,
  found: JobForWork,
  payload: TaskPayloads["advance-job"],
  move: "completeJob" | "expireJob",
) {
  const { db } = deps;
  const { job, submissions } = found;
  const id = `${job.escrow}/${job.jobId}`;
  const [verdicts, replays] = await Promise.all([listVerdicts(db, job), listReplays(db, job)]);
  let undecided = 0;
  for (const submission of submissions) {
    const { status, contributor } = submission;
    if (status !== "submitted") continue;
    const verdict = ofDelivery(verdicts, submission);
    if (verdict?.verdict === "accepted") continue;
    undecided += 1;
    // What waits for its training to be done again is looked at when that can be.
    const waits = ofDelivery(replays, submission)?.check === null;
    if (verdict) await repeatRejection(deps, verdict);
    else if (!waits)
      await enqueueTask(
        db,
        "verify-adapter",
        { ...payload, contributor },
        { key: `verify-adapter/${id}/${contributor}`, byClock: true },
      );
  }
  if (undecided > 0) return;
  // What the referee reinstated is paid and not merged: where there is nothing else, anybody settles the job.
  if (submissions.some(({ status }) => status === "submitted"))
    await enqueueTask(db, "aggregate-adapters", payload, { key: `aggregate-adapters/${id}`, byClock: true });
  else if (move === "expireJob") await requestExpiry(deps, found);
}

/** The wallets whose slots the escrow counts as taken. */
export function takenBy(slots: JobForWork["slots"]): Address[] {
  return slots.filter(isTaken).map(({ contributor }) => contributor as Address);
}
