import type { ApiClient } from "@trainchain/api-client";
import type { ContributionView } from "@trainchain/protocol";
import type { Move, StepContext } from "../step-context.ts";
import { waitUntil } from "../wait-until.ts";
import { tellRefusal } from "./tell-refusal.ts";

/** Waits for the job's end on chain, and for the platform to have seen what this wallet was paid. */
export function awaitPayment(context: StepContext): Promise<Move> {
  return waitUntil(() => unhindered(context, lookForPayment), context.patience.pollMs, context.signal);
}

/** One look at chain and platform; where it succeeds, what was in the way is gone. */
export async function unhindered(
  context: StepContext,
  look: (context: StepContext) => Promise<Move | undefined>,
): Promise<Move | undefined> {
  const found = await look(context);
  context.hinder();
  return found;
}

async function lookForPayment(context: StepContext): Promise<Move | undefined> {
  const { api, escrow, record, tell } = context;
  const { jobId, facts } = record();
  const [job, slot] = await Promise.all([escrow.getJob(jobId), escrow.getSlot(jobId)]);
  if (slot.status === "rejected")
    return { to: "rejected", facts: { reason: "the aggregator refused it after all" } };
  // What passed its own checks may be refused when the deliveries are compared.
  if (tellRefusal(context, slot)) return undefined;
  if (slot.status === "reinstated" && facts.refusal) tell({ refusal: undefined, isReinstated: true });
  if (job.status === "open") return undefined;
  const contribution = await findContribution(api, jobId);
  if (!contribution || contribution.jobStatus === "open" || contribution.paidWei === null) return undefined;
  return { to: "paid", facts: { paidWei: contribution.paidWei } };
}

/** What the platform says of this wallet's slot in a job. */
export async function findContribution(api: ApiClient, jobId: string): Promise<ContributionView | undefined> {
  let cursor: string | undefined;
  do {
    const page = await api.listMyContributions({ limit: 100, cursor });
    const found = page.items.find((contribution) => contribution.jobId === jobId);
    if (found) return found;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return undefined;
}
