import type { JobForWork } from "@trainchain/db/work";

/**
 * The number of a wallet's slot, to which the keys of its delivery are bound: no other number stands in for it.
 * @throws Error where the job's rows have no slot of this wallet: that says nothing of the delivery, so nobody may take it for
 * a verdict
 */
export function slotOf(
  {
    job,
    slots,
  }: { job: { jobId: bigint }; slots: readonly Pick<JobForWork["slots"][number], "contributor" | "slot">[] },
  contributor: string,
): number {
  const own = slots.find((taken) => taken.contributor === contributor);
  if (own) return own.slot;
  throw new Error(`job ${job.jobId} has no slot of ${contributor}`);
}
