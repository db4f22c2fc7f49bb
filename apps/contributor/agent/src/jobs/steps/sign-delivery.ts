import { signSubmission } from "@trainchain/chain";
import { type Address, TrainChainError } from "@trainchain/protocol";
import type { StepContext } from "../step-context.ts";

/** What is submitted, as the slot's delegate signed it. */
interface SignedDelivery {
  jobId: string;
  contributor: string;
  /** Of the sealed file. */
  cid: string;
  signature: string;
}

/** What the slot's delegate says of the sealed adapter's CID, kept with the job. */
export async function signDelivery({
  escrow,
  wallet,
  delegate,
  record,
  note,
}: StepContext): Promise<SignedDelivery> {
  const { jobId, facts } = record();
  const { adapterCid } = facts;
  if (!adapterCid) throw new TrainChainError("internal", `job ${jobId} has no sealed adapter to submit`);
  const contributor = wallet.address.toLowerCase() as Address;
  const submission = { jobId: BigInt(jobId), contributor, adapterCid };
  const signature = await signSubmission(delegate, await escrow.getDomain(), submission);
  note({ signature });
  return { jobId, contributor, cid: adapterCid, signature };
}
