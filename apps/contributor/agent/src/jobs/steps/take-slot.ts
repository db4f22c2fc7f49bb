import { type Address, TrainChainError, toTrainChainError } from "@trainchain/protocol";
import { type Hex, type LocalAccount, zeroAddress } from "viem";
import type { EscrowAccess } from "../../escrow/chain.ts";
import { whyBondTooLarge } from "../../escrow/money-limits.ts";
import type { JobFacts } from "../job-record.ts";
import { isTakenByPlatform, takeByPlatform } from "../relay-acceptance.ts";
import type { Move, StepContext } from "../step-context.ts";

type Moves = NonNullable<EscrowAccess["moves"]>;

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
  const { escrow, permits } = context;
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
  let refused: JobFacts | undefined;
  try {
    const permit = permitOnly ? await permits.find(jobId) : undefined;
    if (await isTakenByPlatform(context, bondWei))
      refused = await takeByPlatform(context, escrow.moves, permit);
    else await takeByWallet(context, escrow.moves, { bondWei, permit });
  } catch (error) {
    const takenAfterAll = await findSlot(context);
    if (takenAfterAll) return takenAfterAll;
    const reason = await whySlotIsGone(escrow, jobId, error);
    if (reason === undefined) throw error;
    return { to: "missed", facts: { reason } };
  }
  const slot = await findSlot(context);
  return slot ?? (refused ? { to: "missed", facts: refused } : { to: "accepting" });
}

async function takeByWallet(
  { escrow, delegate, record, note }: StepContext,
  moves: Moves,
  { bondWei, permit }: { bondWei: bigint; permit: Hex | undefined },
): Promise<void> {
  const jobId = BigInt(record().jobId);
  const transaction = await moves.acceptJob({ jobId, delegate: addressOf(delegate), bondWei, permit });
  note({ acceptTransaction: transaction, bondWei: bondWei.toString() });
  await escrow.confirm(transaction);
}

const addressOf = ({ address }: LocalAccount) => address.toLowerCase() as Address;

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
  // Not every node gives the contract's reason, and the platform says it in its own words.
  if (code !== "chain-rejected" && code !== "conflict") return undefined;
  const job = await escrow.getJob(jobId);
  if (job.status !== "open") return `Job ${jobId} is ${job.status}, not open.`;
  return job.takenSlots.length < job.maxContributors ? undefined : `All slots of job ${jobId} are taken.`;
}

/** The slot that the wallet holds already, as the move that it means. */
export async function findSlot({ escrow, delegate, record }: StepContext): Promise<Move | undefined> {
  const slot = await escrow.getSlot(record().jobId);
  if (slot.status === "none") return undefined;
  if (slot.status === "rejected" || slot.status === "released")
    return { to: "missed", facts: { reason: "This wallet had a slot of the job before and lost it." } };
  if (slot.delegate !== addressOf(delegate) && slot.delegate !== zeroAddress)
    return { to: "missed", facts: { reason: "Another agent of this wallet has the slot." } };
  return { to: "accepted", facts: { slot: slot.index, deadline: slot.timestamp } };
}
