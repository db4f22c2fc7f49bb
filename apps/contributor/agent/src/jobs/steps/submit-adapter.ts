import { kindOf, TrainChainError, wasDelivered } from "@trainchain/protocol";
import type { Move, StepContext } from "../step-context.ts";
import { getAssignment } from "./get-assignment.ts";
import { signDelivery } from "./sign-delivery.ts";

/**
 * Signs the submission with the delegate key and hands it to the platform, which pays the gas. The escrow knows one
 * kind of submission; the platform has a door for each kind of job.
 */
export async function submitAdapter(context: StepContext): Promise<Move> {
  const { api, escrow, record } = context;
  const { jobId, facts } = record();
  // Delivered already: by a run that was killed before it could write so down, or near the deadline before it was
  // stored. A node that does not answer keeps nobody from handing it in.
  const slot = await escrow.getSlot(jobId).catch(() => undefined);
  if (slot && wasDelivered(slot)) return { to: "submitted" };
  const delivery = await signDelivery(context);
  const kind = facts.kind ?? (await getAssignment(context)).spec.kind;
  try {
    await api.submitDelivery(kindOf(kind).trainer.submission, delivery);
  } catch (error) {
    // What a contract vouches for is not relayed, nor what a delegate signed that the slot has no more.
    const isRefused = error instanceof TrainChainError && error.code === "signature-invalid";
    if (!isRefused || !escrow.moves || (await escrow.getBalanceWei()) === 0n) throw error;
    context.log(`${error.message}: the wallet submits by itself`);
    return { to: "submitted", facts: { relayedAt: 0 } };
  }
  return { to: "submitted", facts: { relayedAt: Math.floor(Date.now() / 1000) } };
}
