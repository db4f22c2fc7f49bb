import { encodeSettleJob, getSlot } from "@trainchain/chain";
import { type JobForWork, requestTransaction } from "@trainchain/db/work";
import { type Address, isDelivered } from "@trainchain/protocol";
import { takenBy } from "../deliveries/taken-by.ts";
import type { WorkerDeps } from "../deps.ts";

/**
 * Asks for the payment of a job that nobody can still deliver to and that comes to no result, once the escrow lets
 * anybody ask: a review period after its last event and, while a delivery is wanting, after acceptBy.
 * @param now the chain's clock, in seconds since 1970
 */
export async function requestSettlement(
  { db, client, escrow }: WorkerDeps,
  { job, slots }: JobForWork,
  now: number,
): Promise<void> {
  const { jobId, maxContributors, reviewPeriodSeconds } = job;
  const delivered = slots.filter(isDelivered);
  // When a delivery was reinstated stands on the chain alone.
  const events = await Promise.all(
    delivered.map(({ contributor }) =>
      getSlot(client, { escrow, jobId, contributor: contributor as Address }),
    ),
  );
  const acceptBy = Math.floor((job.acceptBy?.getTime() ?? 0) / 1_000);
  const completableFrom = Math.max(
    delivered.length < maxContributors ? acceptBy : 0,
    ...events.map(({ timestamp }) => timestamp),
  );
  if (now < completableFrom + reviewPeriodSeconds) return;
  const { to, data } = encodeSettleJob({ escrow, jobId, contributors: takenBy(slots) });
  await requestTransaction(db, { purpose: `settleJob/${escrow}/${jobId}`, to, data });
}
