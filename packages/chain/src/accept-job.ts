import type { Address } from "@trainchain/protocol";
import { encodeFunctionData, type Hash, type Hex } from "viem";
import { type EscrowCall, type SigningClient, sendCall } from "./escrow-call.ts";
import { aiModelTrainingAbi } from "./generated/ai-model-training.ts";
import { aiModelTrainingV2Abi } from "./generated/ai-model-training-v2.ts";

export interface AcceptJobArgs {
  /** Address of the escrow. */
  escrow: Address;
  jobId: bigint;
  /** Key that may submit for the caller; the zero address for none. */
  delegate: Address;
  /** Exactly the job's bond. */
  bondWei: bigint;
  /** The requester's signature (signSlotPermit), where the terms ask for one; only the second version has such terms. */
  permit?: Hex | undefined;
}

export function encodeAcceptJob({ escrow, jobId, delegate, bondWei, permit }: AcceptJobArgs): EscrowCall {
  const data =
    permit === undefined
      ? encodeFunctionData({ abi: aiModelTrainingAbi, functionName: "acceptJob", args: [jobId, delegate] })
      : encodeFunctionData({
          abi: aiModelTrainingV2Abi,
          functionName: "acceptJobWithPermit",
          args: [jobId, delegate, permit],
        });
  return { to: escrow, data, value: bondWei };
}

/** Takes the lowest free slot of an open job for the client's account. */
export function acceptJob(client: SigningClient, args: AcceptJobArgs): Promise<Hash> {
  return sendCall(client, encodeAcceptJob(args));
}
