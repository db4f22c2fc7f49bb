import type { Address } from "@trainchain/protocol";
import { encodeFunctionData, type Hash } from "viem";
import { type EscrowCall, type SigningClient, sendCall } from "./escrow-call.ts";
import { aiModelTrainingAbi } from "./generated/ai-model-training.ts";

export interface RejectAdapterArgs {
  /** Address of the escrow. */
  escrow: Address;
  jobId: bigint;
  contributor: Address;
  /** Content id of the document that says why. */
  reasonCid: string;
}

export function encodeRejectAdapter({
  escrow,
  jobId,
  contributor,
  reasonCid,
}: RejectAdapterArgs): EscrowCall {
  return {
    to: escrow,
    data: encodeFunctionData({
      abi: aiModelTrainingAbi,
      functionName: "rejectAdapter",
      args: [jobId, contributor, reasonCid],
    }),
    value: 0n,
  };
}

/** Refuses a delivery, as the job's aggregator; its slot can be taken again until acceptBy. */
export function rejectAdapter(client: SigningClient, args: RejectAdapterArgs): Promise<Hash> {
  return sendCall(client, encodeRejectAdapter(args));
}
