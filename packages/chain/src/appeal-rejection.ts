import type { Address } from "@trainchain/protocol";
import { encodeFunctionData, type Hash } from "viem";
import { type EscrowCall, type SigningClient, sendCall } from "./escrow-call.ts";
import { aiModelTrainingV2Abi } from "./generated/ai-model-training-v2.ts";

export interface AppealRejectionArgs {
  /** Address of the escrow, which is of the second version. */
  escrow: Address;
  jobId: bigint;
  contributor: Address;
  /** Content id of what the referee is to look at. */
  evidenceCid: string;
}

export function encodeAppealRejection({
  escrow,
  jobId,
  contributor,
  evidenceCid,
}: AppealRejectionArgs): EscrowCall {
  return {
    to: escrow,
    data: encodeFunctionData({
      abi: aiModelTrainingV2Abi,
      functionName: "appealRejection",
      args: [jobId, contributor, evidenceCid],
    }),
    value: 0n,
  };
}

/** Asks the job's referee to decide about a refusal, within a day of it, as the slot's wallet or its delegate. */
export function appealRejection(client: SigningClient, args: AppealRejectionArgs): Promise<Hash> {
  return sendCall(client, encodeAppealRejection(args));
}
