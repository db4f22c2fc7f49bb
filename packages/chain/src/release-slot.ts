import type { Address } from "@trainchain/protocol";
import { encodeFunctionData, type Hash } from "viem";
import { type EscrowCall, type SigningClient, sendCall } from "./escrow-call.ts";
import { aiModelTrainingAbi } from "./generated/ai-model-training.ts";

export interface ReleaseSlotArgs {
  /** Address of the escrow. */
  escrow: Address;
  jobId: bigint;
  contributor: Address;
}

export function encodeReleaseSlot({ escrow, jobId, contributor }: ReleaseSlotArgs): EscrowCall {
  return {
    to: escrow,
    data: encodeFunctionData({
      abi: aiModelTrainingAbi,
      functionName: "releaseSlot",
      args: [jobId, contributor],
    }),
    value: 0n,
  };
}

/** Frees the slot of a contributor that missed its deadline; for anybody. */
export function releaseSlot(client: SigningClient, args: ReleaseSlotArgs): Promise<Hash> {
  return sendCall(client, encodeReleaseSlot(args));
}
