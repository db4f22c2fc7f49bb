import type { Address } from "@trainchain/protocol";
import { encodeFunctionData, type Hash } from "viem";
import { type EscrowCall, type SigningClient, sendCall } from "./escrow-call.ts";
import { aiModelTrainingAbi } from "./generated/ai-model-training.ts";

export interface CancelJobArgs {
  /** Address of the escrow. */
  escrow: Address;
  jobId: bigint;
}

export function encodeCancelJob({ escrow, jobId }: CancelJobArgs): EscrowCall {
  return {
    to: escrow,
    data: encodeFunctionData({ abi: aiModelTrainingAbi, functionName: "cancelJob", args: [jobId] }),
    value: 0n,
  };
}

/** Ends a job none of whose slots is taken, as its requester; the whole stake is refunded. */
export function cancelJob(client: SigningClient, args: CancelJobArgs): Promise<Hash> {
  return sendCall(client, encodeCancelJob(args));
}
