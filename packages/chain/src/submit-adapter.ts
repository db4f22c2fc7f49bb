import type { Address } from "@trainchain/protocol";
import { encodeFunctionData, type Hash } from "viem";
import { type EscrowCall, type SigningClient, sendCall } from "./escrow-call.ts";
import { aiModelTrainingAbi } from "./generated/ai-model-training.ts";

export interface SubmitAdapterArgs {
  /** Address of the escrow. */
  escrow: Address;
  jobId: bigint;
  /** The slot's wallet: the account, or the wallet that named the account as its delegate. */
  contributor: Address;
  adapterCid: string;
}

export function encodeSubmitAdapter({
  escrow,
  jobId,
  contributor,
  adapterCid,
}: SubmitAdapterArgs): EscrowCall {
  return {
    to: escrow,
    data: encodeFunctionData({
      abi: aiModelTrainingAbi,
      functionName: "submitAdapter",
      args: [jobId, contributor, adapterCid],
    }),
    value: 0n,
  };
}

/** Delivers an adapter, before the slot's deadline, once; the bond is returned to the contributor. */
export function submitAdapter(client: SigningClient, args: SubmitAdapterArgs): Promise<Hash> {
  return sendCall(client, encodeSubmitAdapter(args));
}
