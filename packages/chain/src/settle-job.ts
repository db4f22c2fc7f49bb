import type { Address } from "@trainchain/protocol";
import { encodeFunctionData, type Hash } from "viem";
import { type EscrowCall, type SigningClient, sendCall } from "./escrow-call.ts";
import { aiModelTrainingAbi } from "./generated/ai-model-training.ts";

export interface SettleJobArgs {
  /** Address of the escrow. */
  escrow: Address;
  jobId: bigint;
  /** The wallets of all taken slots (submitted, or accepted and past their deadline), in any order. */
  contributors: readonly Address[];
}

export function encodeSettleJob({ escrow, jobId, contributors }: SettleJobArgs): EscrowCall {
  return {
    to: escrow,
    data: encodeFunctionData({
      abi: aiModelTrainingAbi,
      functionName: "settleJob",
      args: [jobId, contributors],
    }),
    value: 0n,
    pays: { functionName: "settleJob", contributors: contributors.length },
  };
}

/** Ends and pays a job whose aggregator has been silent for its review period; for anybody. */
export function settleJob(client: SigningClient, args: SettleJobArgs): Promise<Hash> {
  return sendCall(client, encodeSettleJob(args));
}
