import type { Address } from "@trainchain/protocol";
import { encodeFunctionData, type Hash } from "viem";
import { type EscrowCall, type SigningClient, sendCall } from "./escrow-call.ts";
import { aiModelTrainingAbi } from "./generated/ai-model-training.ts";
import { aiModelTrainingV2Abi } from "./generated/ai-model-training-v2.ts";

export interface RejectAdapterArgs {
  /** Address of the escrow. */
  escrow: Address;
  jobId: bigint;
  contributor: Address;
  /** Content id of the document that says why. */
  reasonCid: string;
  /**
   * For an escrow of the second version, and only for one: whether anybody can check the reason by public data and
   * the opened delivery, which can burn the bond. The other version refuses the call.
   */
  provable?: boolean;
}

export function encodeRejectAdapter({
  escrow,
  jobId,
  contributor,
  reasonCid,
  provable,
}: RejectAdapterArgs): EscrowCall {
  const functionName = "rejectAdapter";
  const args = [jobId, contributor, reasonCid] as const;
  const data =
    provable === undefined
      ? encodeFunctionData({ abi: aiModelTrainingAbi, functionName, args })
      : encodeFunctionData({ abi: aiModelTrainingV2Abi, functionName, args: [...args, provable] });
  return { to: escrow, data, value: 0n };
}

/** Refuses a delivery, as the job's aggregator; its slot can be taken again until acceptBy. */
export function rejectAdapter(client: SigningClient, args: RejectAdapterArgs): Promise<Hash> {
  return sendCall(client, encodeRejectAdapter(args));
}
