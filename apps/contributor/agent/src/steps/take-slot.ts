import type { Address } from "@trainchain/protocol";
import { TrainChainError, toTrainChainError } from "@trainchain/protocol";
import type { Move, StepContext } from "../step-context.ts";

/** Refusals that mean: the slot is not to be had, and trying again will not change it. */
const lost = ["JobNotOpen", "AcceptanceClosed", "NoFreeSlot", "AlreadyAccepted", "RequesterCannotContribute"];

/**
 * Takes a slot on chain. Run again after a kill it first looks at the chain; the escrow itself gives a wallet one
 * slot at most, so a transaction that was sent twice takes effect once.
 */
export async function takeSlot(context: StepContext): Promise<Move> {
  const { escrow, delegate } = context;
  const { jobId } = context.record();
  const taken = await findSlot(context);
  if (taken) return taken;
  if (!escrow.moves)
    throw new TrainChainError("conflict", "the wallet has not taken a slot of this job", {
      fix: "Accept the job in the app's window; the wallet signs there.",
    });
  const { bondWei } = await escrow.getJob(jobId);
  try {
    const delegateAddress = delegate.address.toLowerCase() as Address;
    const transaction = await escrow.moves.acceptJob(jobId, delegateAddress, bondWei);
    context.note({ acceptTransaction: transaction, bondWei: bondWei.toString() });
    await escrow.confirm(transaction);
  } catch (error) {
    const takenAfterAll = await findSlot(context);
    if (takenAfterAll) return takenAfterAll;
    const refusal = toTrainChainError(error);
    if (lost.includes(String(refusal.facts.error)))
      return { to: "missed", facts: { reason: refusal.message } };
    throw refusal;
  }
  const slot = await findSlot(context);
  return slot ?? { to: "accepting" };
}

/** The slot that the wallet holds already, as the move that it means. */
export async function findSlot({ escrow, record }: StepContext): Promise<Move | undefined> {
  const slot = await escrow.getSlot(record().jobId);
  if (slot.status === "none") return undefined;
  if (slot.status === "rejected" || slot.status === "released")
    return { to: "missed", facts: { reason: "This wallet had a slot of the job before and lost it." } };
  return { to: "accepted", facts: { slot: slot.index, deadline: slot.timestamp } };
}
