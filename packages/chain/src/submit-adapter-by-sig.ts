import type { Address } from "@trainchain/protocol";
import { encodeFunctionData, type Hash, type Hex } from "viem";
import { type EscrowCall, type SigningClient, sendCall } from "./escrow-call.ts";
import { aiModelTrainingAbi } from "./generated/ai-model-training.ts";

export interface SubmitAdapterBySigArgs {
  /** Address of the escrow. */
  escrow: Address;
  jobId: bigint;
  contributor: Address;
  adapterCid: string;
  /** Of the contributor or its delegate; see signSubmission. */
  signature: Hex;
}

export function encodeSubmitAdapterBySig({
  escrow,
  jobId,
  contributor,
  adapterCid,
  signature,
}: SubmitAdapterBySigArgs): EscrowCall {
  return {
    to: escrow,
    data: encodeFunctionData({
      abi: aiModelTrainingAbi,
      functionName: "submitAdapterBySig",
      args: [jobId, contributor, adapterCid, signature],
    }),
    value: 0n,
  };
}

/** Delivers an adapter that the contributor or its delegate signed; for anybody. */
export function submitAdapterBySig(client: SigningClient, args: SubmitAdapterBySigArgs): Promise<Hash> {
  return sendCall(client, encodeSubmitAdapterBySig(args));
}
