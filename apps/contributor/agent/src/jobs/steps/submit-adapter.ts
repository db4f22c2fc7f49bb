import { type Submission, signSubmission } from "@trainchain/chain";
import { type Address, TrainChainError, wasDelivered } from "@trainchain/protocol";
import { handIn } from "../kinds/hand-in.ts";
import type { Move, StepContext } from "../step-context.ts";
import { getAssignment } from "./get-assignment.ts";

/**
 * Signs the submission with the delegate key and hands it to the platform, which pays the gas. The escrow knows one
 * kind of submission; the platform has a door for each kind of job.
 */
export async function submitAdapter(context: StepContext): Promise<Move> {
  const { api, escrow, wallet, delegate, record } = context;
  const { jobId, facts } = record();
  if (!facts.adapterCid)
    throw new TrainChainError("internal", `job ${jobId} has no stored adapter to submit`);
  // Delivered already, by a run that was killed before it could write so down.
  if (wasDelivered(await escrow.getSlot(jobId))) return { to: "submitted" };
  const contributor = wallet.address.toLowerCase() as Address;
  const submission: Submission = { jobId: BigInt(jobId), contributor, adapterCid: facts.adapterCid };
  const signature = await signSubmission(delegate, await escrow.getDomain(), submission);
  context.note({ signature });
  const { kind } = (await getAssignment(context)).spec;
  try {
    await handIn[kind](api, { jobId, contributor, adapterCid: facts.adapterCid, signature });
  } catch (error) {
    // What a contract vouches for is not relayed, nor what a delegate signed that the slot has no more.
    const isRefused = error instanceof TrainChainError && error.code === "signature-invalid";
    if (!isRefused || !escrow.moves || (await escrow.getBalanceWei()) === 0n) throw error;
    context.log(`${error.message}: the wallet submits by itself`);
    return { to: "submitted", facts: { relayedAt: 0 } };
  }
  return { to: "submitted", facts: { relayedAt: Math.floor(Date.now() / 1000) } };
}
