import type { Address } from "@trainchain/protocol";
import { encodeFunctionData, type Hash } from "viem";
import { type EscrowCall, type SigningClient, sendCall } from "./escrow-call.ts";
import { aiModelTrainingAbi } from "./generated/ai-model-training.ts";

export interface CompleteJobArgs {
  /** Address of the escrow. */
  escrow: Address;
  jobId: bigint;
  resultCid: string;
  /** The wallets of all taken slots (submitted, or accepted and past their deadline), in any order. */
  contributors: readonly Address[];
}

export function encodeCompleteJob({ escrow, jobId, resultCid, contributors }: CompleteJobArgs): EscrowCall {
  return {
    to: escrow,
    data: encodeFunctionData({
      abi: aiModelTrainingAbi,
      functionName: "completeJob",
      args: [jobId, resultCid, contributors],
    }),
    value: 0n,
  };
}

/** Ends a job with its result, as its aggregator; every delivery that was not rejected is paid. */
export function completeJob(client: SigningClient, args: CompleteJobArgs): Promise<Hash> {
  return sendCall(client, encodeCompleteJob(args));
}
