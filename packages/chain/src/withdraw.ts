import type { Address } from "@trainchain/protocol";
import { encodeFunctionData, type Hash } from "viem";
import { type EscrowCall, type SigningClient, sendCall } from "./escrow-call.ts";
import { aiModelTrainingAbi } from "./generated/ai-model-training.ts";

export interface WithdrawArgs {
  /** Address of the escrow. */
  escrow: Address;
}

export function encodeWithdraw({ escrow }: WithdrawArgs): EscrowCall {
  return {
    to: escrow,
    data: encodeFunctionData({ abi: aiModelTrainingAbi, functionName: "withdraw" }),
    value: 0n,
  };
}

/** Pays the client's account what could not be pushed to it; see getWithdrawableWei. */
export function withdraw(client: SigningClient, args: WithdrawArgs): Promise<Hash> {
  return sendCall(client, encodeWithdraw(args));
}
