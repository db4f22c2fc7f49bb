import {
  type EscrowCall,
  encodeCompleteJob,
  encodeEnforceRejection,
  encodeExpireJob,
  encodeReleaseSlot,
  encodeSettleJob,
  getSlot,
} from "@trainchain/chain";
import { type JobForWork, requestTransaction } from "@trainchain/db/work";
import { type Address, isDelivered, isTaken } from "@trainchain/protocol";
import type { WorkerDeps } from "../deps.ts";

/*
 * Moves of a job that the escrow is asked for. Each is one intent, however often it is asked for; whether it is due is
 * for the escrow to say.
 */

/** Frees the slot of a contributor that missed its deadline. */
export async function requestRelease(deps: WorkerDeps, { job }: JobForWork, contributor: string) {
  const call = encodeReleaseSlot({ ...keyOf(deps, job), contributor: contributor as Address });
  await request(deps, `releaseSlot/${idOf(deps, job)}/${contributor}`, call);
}

/** Lets a refusal take effect that nobody contests any more. */
export async function requestEnforcement(deps: WorkerDeps, { job }: JobForWork, contributor: string) {
  const call = encodeEnforceRejection({ ...keyOf(deps, job), contributor: contributor as Address });
  await request(deps, `enforceRejection/${idOf(deps, job)}/${contributor}`, call);
}

/** Ends a job that cannot reach its minimum. */
export async function requestExpiry(deps: WorkerDeps, { job, slots }: JobForWork) {
  const call = encodeExpireJob({ ...keyOf(deps, job), contributors: takenBy(slots) });
  await request(deps, `expireJob/${idOf(deps, job)}`, call);
}

/** Ends a job with its result. */
export async function requestCompletion(deps: WorkerDeps, { job, slots }: JobForWork, resultCid: string) {
  const call = encodeCompleteJob({ ...keyOf(deps, job), resultCid, contributors: takenBy(slots) });
  await request(deps, `completeJob/${idOf(deps, job)}`, call);
}

/**
 * Has a job paid that nobody can still deliver to and that comes to no result, once the escrow lets anybody ask: a review
 * period after its last event and, while a delivery is wanting, after acceptBy.
 * @param now the chain's clock, in seconds since 1970
 */
export async function requestSettlement(deps: WorkerDeps, { job, slots }: JobForWork, now: number) {
  const key = keyOf(deps, job);
  const delivered = slots.filter(isDelivered);
  // When a delivery was reinstated stands on the chain alone.
  const events = await Promise.all(
    delivered.map(({ contributor }) => getSlot(deps.client, { ...key, contributor: contributor as Address })),
  );
  const acceptBy = Math.floor((job.acceptBy?.getTime() ?? 0) / 1_000);
  const completableFrom = Math.max(
    delivered.length < job.maxContributors ? acceptBy : 0,
    ...events.map(({ timestamp }) => timestamp),
  );
  if (now < completableFrom + job.reviewPeriodSeconds) return;
  const call = encodeSettleJob({ ...key, contributors: takenBy(slots) });
  await request(deps, `settleJob/${idOf(deps, job)}`, call);
}

const keyOf = ({ escrow }: WorkerDeps, { jobId }: JobForWork["job"]) => ({ escrow, jobId });
const idOf = ({ escrow }: WorkerDeps, { jobId }: JobForWork["job"]) => `${escrow}/${jobId}`;

async function request({ db }: WorkerDeps, purpose: string, { to, data }: EscrowCall): Promise<void> {
  await requestTransaction(db, { purpose, to, data });
}

/** The wallets whose slots the escrow counts as taken. */
function takenBy(slots: JobForWork["slots"]): Address[] {
  return slots.filter(isTaken).map(({ contributor }) => contributor as Address);
}
