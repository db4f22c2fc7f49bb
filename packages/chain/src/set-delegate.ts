import type { Address } from "@trainchain/protocol";
import { encodeFunctionData, type Hash } from "viem";
import { type EscrowCall, type SigningClient, sendCall } from "./escrow-call.ts";
import { aiModelTrainingAbi } from "./generated/ai-model-training.ts";

export interface SetDelegateArgs {
  /** Address of the escrow. */
  escrow: Address;
  jobId: bigint;
  /** The new delegate; the zero address for none. */
  delegate: Address;
}

export function encodeSetDelegate({ escrow, jobId, delegate }: SetDelegateArgs): EscrowCall {
  return {
    to: escrow,
    data: encodeFunctionData({
      abi: aiModelTrainingAbi,
      functionName: "setDelegate",
      args: [jobId, delegate],
    }),
    value: 0n,
  };
}

/** Changes or revokes the delegate of the account's slot, before its deadline. */
export function setDelegate(client: SigningClient, args: SetDelegateArgs): Promise<Hash> {
  return sendCall(client, encodeSetDelegate(args));
}
