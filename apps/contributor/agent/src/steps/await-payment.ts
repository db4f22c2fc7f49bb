import type { Move, StepContext } from "../step-context.ts";
import { waitUntil } from "../wait-until.ts";

/** Waits for the job's end on chain, and for the platform to have seen what this wallet was paid. */
export function awaitPayment(context: StepContext): Promise<Move> {
  return waitUntil(() => lookForPayment(context), context.patience.pollMs, context.signal);
}

async function lookForPayment({ api, escrow, record, signal }: StepContext): Promise<Move | undefined> {
  const { jobId } = record();
  const [job, slot] = await Promise.all([escrow.getJob(jobId), escrow.getSlot(jobId)]);
  if (slot.status === "rejected")
    return { to: "rejected", facts: { reason: "the aggregator refused it after all" } };
  if (job.status === "open") return undefined;
  const contribution = await api.findContribution(jobId, signal);
  if (!contribution || contribution.jobStatus === "open" || contribution.paidWei === null) return undefined;
  return { to: "paid", facts: { paidWei: contribution.paidWei } };
}
