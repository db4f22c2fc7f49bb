import type { Address } from "@trainchain/protocol";
import { encodeFunctionData, type Hash, type Hex } from "viem";
import type { Acceptance } from "./acceptance-signature.ts";
import { type EscrowCall, type SigningClient, sendCall } from "./escrow-call.ts";
import { aiModelTrainingV2Abi } from "./generated/ai-model-training-v2.ts";

export interface AcceptJobBySigArgs extends Acceptance {
  /** Address of an escrow of the second version: the first knows no such call. */
  escrow: Address;
  /** Of the contributor; see signAcceptance. */
  signature: Hex;
  /** The requester's signature (signSlotPermit), where the terms ask for one. */
  permit?: Hex | undefined;
}

export function encodeAcceptJobBySig(args: AcceptJobBySigArgs): EscrowCall {
  const { escrow, jobId, contributor, delegate, signedUntil, signature, permit = "0x" } = args;
  return {
    to: escrow,
    data: encodeFunctionData({
      abi: aiModelTrainingV2Abi,
      functionName: "acceptJobBySig",
      args: [jobId, contributor, delegate, BigInt(signedUntil), signature, permit],
    }),
    value: 0n,
  };
}

/** Takes the lowest free slot of a job without a bond for a wallet that signed so; for anybody. */
export function acceptJobBySig(client: SigningClient, args: AcceptJobBySigArgs): Promise<Hash> {
  return sendCall(client, encodeAcceptJobBySig(args));
}
