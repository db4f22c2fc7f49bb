import type { Address } from "@trainchain/protocol";
import { encodeFunctionData, type Hash } from "viem";
import { type EscrowCall, type SigningClient, sendCall } from "./escrow-call.ts";
import { aiModelTrainingAbi } from "./generated/ai-model-training.ts";

export interface AcceptJobArgs {
  /** Address of the escrow. */
  escrow: Address;
  jobId: bigint;
  /** Key that may submit for the caller; the zero address for none. */
  delegate: Address;
  /** Exactly the job's bond. */
  bondWei: bigint;
}

export function encodeAcceptJob({ escrow, jobId, delegate, bondWei }: AcceptJobArgs): EscrowCall {
  return {
    to: escrow,
    data: encodeFunctionData({ abi: aiModelTrainingAbi, functionName: "acceptJob", args: [jobId, delegate] }),
    value: bondWei,
  };
}

/** Takes the lowest free slot of an open job for the client's account. */
export function acceptJob(client: SigningClient, args: AcceptJobArgs): Promise<Hash> {
  return sendCall(client, encodeAcceptJob(args));
}
