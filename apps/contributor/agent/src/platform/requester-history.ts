import { isDelivered, type JobOffer, type JobView } from "@trainchain/protocol";

/** How a requester has treated those who worked for it, in these of its jobs. A number of jobs alone costs gas only. */
export function requesterHistoryOf(
  jobs: readonly Pick<JobView, "status" | "slots" | "shareWei">[],
): JobOffer["requesterHistory"] {
  const of = (...statuses: JobView["status"][]) => jobs.filter(({ status }) => statuses.includes(status));
  const paidOut = of("completed", "settled");
  const paid = paidOut.flatMap(({ slots, shareWei }) =>
    slots.filter(isDelivered).map(({ contributor }) => ({ contributor, wei: BigInt(shareWei) })),
  );
  return {
    jobs: jobs.length,
    paidOut: paidOut.length,
    cancelled: of("cancelled").length,
    expired: of("expired").length,
    paidWei: paid.reduce((sum, { wei }) => sum + wei, 0n).toString(),
    contributors: new Set(paid.map(({ contributor }) => contributor)).size,
  };
}
