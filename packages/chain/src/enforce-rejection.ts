import type { Address } from "@trainchain/protocol";
import { encodeFunctionData, type Hash } from "viem";
import { type EscrowCall, type SigningClient, sendCall } from "./escrow-call.ts";
import { aiModelTrainingV2Abi } from "./generated/ai-model-training-v2.ts";

export interface EnforceRejectionArgs {
  /** Address of the escrow, which is of the second version. */
  escrow: Address;
  jobId: bigint;
  contributor: Address;
}

export function encodeEnforceRejection({ escrow, jobId, contributor }: EnforceRejectionArgs): EscrowCall {
  return {
    to: escrow,
    data: encodeFunctionData({
      abi: aiModelTrainingV2Abi,
      functionName: "enforceRejection",
      args: [jobId, contributor],
    }),
    value: 0n,
    pays: { functionName: "enforceRejection", contributors: 1 },
  };
}

/** Makes a refusal take effect whose time for an appeal, or for the referee's ruling, is over; for anybody. */
export function enforceRejection(client: SigningClient, args: EnforceRejectionArgs): Promise<Hash> {
  return sendCall(client, encodeEnforceRejection(args));
}
