import type { Address } from "@trainchain/protocol";
import { TrainChainError, toTrainChainError } from "@trainchain/protocol";
import type { EscrowAccess } from "../../escrow/chain.ts";
import { whyBondTooLarge } from "../../escrow/money-limits.ts";
import type { Move, StepContext } from "../step-context.ts";

/** Refusals that mean: the slot is not to be had, and trying again will not change it. */
const lost = [
  "JobNotOpen",
  "AcceptanceClosed",
  "NoFreeSlot",
  "AlreadyAccepted",
  "RequesterCannotContribute",
  "PermitRequired",
  "InvalidPermit",
];

/**
 * Takes a slot on chain. Run again after a kill it first looks at the chain; the escrow itself gives a wallet one
 * slot at most, so a transaction that was sent twice takes effect once.
 */
export async function takeSlot(context: StepContext): Promise<Move> {
  const { escrow, delegate, permits } = context;
  const { jobId } = context.record();
  const taken = await findSlot(context);
  if (taken) return taken;
  if (!escrow.moves)
    throw new TrainChainError("conflict", "the wallet has not taken a slot of this job", {
      fix: "Accept the job in the app's window; the wallet signs there.",
    });
  const { bondWei, stakeWei, maxContributors, permitOnly } = await escrow.getJob(jobId);
  // What is locked is what the chain says, whatever the platform said of it.
  const shareWei = stakeWei / BigInt(maxContributors);
  const tooLarge = whyBondTooLarge({ bondWei, shareWei }, context.mostBondPercent);
  if (tooLarge) return { to: "missed", facts: { reason: tooLarge } };
  try {
    const delegateAddress = delegate.address.toLowerCase() as Address;
    const transaction = await escrow.moves.acceptJob({
      ...{ jobId: BigInt(jobId), delegate: delegateAddress, bondWei },
      permit: permitOnly ? await permits.find(jobId) : undefined,
    });
    context.note({ acceptTransaction: transaction, bondWei: bondWei.toString() });
    await escrow.confirm(transaction);
  } catch (error) {
    const takenAfterAll = await findSlot(context);
    if (takenAfterAll) return takenAfterAll;
    const reason = await whySlotIsGone(escrow, jobId, error);
    if (reason === undefined) throw error;
    return { to: "missed", facts: { reason } };
  }
  const slot = await findSlot(context);
  return slot ?? { to: "accepting" };
}

/**
 * Why a slot that was to be taken is not to be had, as a sentence: others were faster. Undefined where the acceptance
 * failed for another reason.
 */
export async function whySlotIsGone(
  escrow: Pick<EscrowAccess, "getJob">,
  jobId: string,
  failure: unknown,
): Promise<string | undefined> {
  const { code, message, facts } = toTrainChainError(failure);
  if (lost.includes(String(facts.error))) return message;
  // Not every node gives the contract's reason.
  if (code !== "chain-rejected") return undefined;
  const job = await escrow.getJob(jobId);
  if (job.status !== "open") return `Job ${jobId} is ${job.status}, not open.`;
  return job.takenSlots.length < job.maxContributors ? undefined : `All slots of job ${jobId} are taken.`;
}

/** The slot that the wallet holds already, as the move that it means. */
export async function findSlot({ escrow, record }: StepContext): Promise<Move | undefined> {
  const slot = await escrow.getSlot(record().jobId);
  if (slot.status === "none") return undefined;
  if (slot.status === "rejected" || slot.status === "released")
    return { to: "missed", facts: { reason: "This wallet had a slot of the job before and lost it." } };
  return { to: "accepted", facts: { slot: slot.index, deadline: slot.timestamp } };
}
