import { isDelivered, type JobView, mayFinishEarly, openJobOf } from "@trainchain/protocol";

/** What a requester gets by ending its job with the deliveries that are there. */
export interface EarlyFinish {
  deliveries: number;
  places: number;
  /** Of the stake, the shares of places that nobody takes any more. */
  refundWei: bigint;
}

/** What its requester may end now, at `now` (seconds since 1970); undefined where there is nothing to end early. */
export function findEarlyFinish(job: JobView, now: number): EarlyFinish | undefined {
  if (job.status !== "open" || !job.own || !job.terms.acceptBy) return undefined;
  if (!mayFinishEarly(openJobOf({ ...job.terms, ...job }, job.slots), now)) return undefined;
  const deliveries = job.slots.filter(isDelivered).length;
  const paidWei = BigInt(job.shareWei) * BigInt(deliveries);
  const refundWei = BigInt(job.stakeWei) - BigInt(job.feeWei) - paidWei;
  return { deliveries, places: job.terms.maxContributors, refundWei };
}
