import { TrainChainError } from "@trainchain/protocol";
import { moneyOf } from "../escrow/acceptable-job.ts";
import { hasEnded, hasReached } from "./job-record.ts";
import type { JobRecords } from "./job-records.ts";
import type { StepContext } from "./step-context.ts";
import { findSlot } from "./steps/take-slot.ts";
import { waitUntil } from "./wait-until.ts";

/**
 * Takes a slot into the records that the wallet took by itself, once the chain shows it.
 * @throws TrainChainError `conflict` where the slot names another agent's delegate
 */
export async function adoptSlot(context: StepContext, records: JobRecords, jobId: string): Promise<void> {
  const { api, escrow, delegate, patience, signal } = context;
  const taken = await waitUntil(() => findSlot(context), patience.pollMs, signal);
  const slot = await escrow.getSlot(jobId);
  const isOver = slot.status === "rejected" || slot.status === "released";
  if (!isOver && slot.delegate !== delegate.address.toLowerCase())
    throw new TrainChainError("conflict", `the slot of job ${jobId} names another delegate`, {
      fix: "Work on it with the agent that accepted it, or name this agent's delegate from the earnings page.",
      facts: { delegate: slot.delegate },
    });
  const job = await api.getJob(jobId);
  const known = { ...moneyOf(job), title: job.spec?.title, description: job.spec?.description };
  const record = records.of(jobId);
  if (!hasReached(record, "accepted") || hasEnded(record))
    records.move(jobId, taken.to, { ...known, ...taken.facts, problem: undefined });
}
