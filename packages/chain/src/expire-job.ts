import type { Address } from "@trainchain/protocol";
import { encodeFunctionData, type Hash } from "viem";
import { type EscrowCall, type SigningClient, sendCall } from "./escrow-call.ts";
import { aiModelTrainingAbi } from "./generated/ai-model-training.ts";

export interface ExpireJobArgs {
  /** Address of the escrow. */
  escrow: Address;
  jobId: bigint;
  /** The wallets of all taken slots (submitted, or accepted and past their deadline), in any order. */
  contributors: readonly Address[];
}

export function encodeExpireJob({ escrow, jobId, contributors }: ExpireJobArgs): EscrowCall {
  return {
    to: escrow,
    data: encodeFunctionData({
      abi: aiModelTrainingAbi,
      functionName: "expireJob",
      args: [jobId, contributors],
    }),
    value: 0n,
    pays: { functionName: "expireJob", contributors: contributors.length },
  };
}

/** Ends a job whose minimum can no longer be reached: deliveries are paid, the rest refunded; for anybody. */
export function expireJob(client: SigningClient, args: ExpireJobArgs): Promise<Hash> {
  return sendCall(client, encodeExpireJob(args));
}
