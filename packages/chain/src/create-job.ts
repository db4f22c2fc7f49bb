import { type Address, type JobTerms, TrainChainError } from "@trainchain/protocol";
import { encodeFunctionData, type Hash } from "viem";
import { type EscrowCall, type SigningClient, sendCall } from "./escrow-call.ts";
import { aiModelTrainingAbi } from "./generated/ai-model-training.ts";
import { aiModelTrainingV2Abi } from "./generated/ai-model-training-v2.ts";

/** The contract's limits on terms; its constants, which a test compares. */
export const termLimits = {
  maxContributors: 32,
  maxAcceptWindow: 90 * 86_400,
  minPeriod: 60,
  maxPeriod: 30 * 86_400,
  maxCidLength: 128,
  maxFeeBps: 1_000,
} as const;

export interface CreateJobArgs {
  /** Address of the escrow. */
  escrow: Address;
  /** Of the version that the escrow has: the other refuses the call, and keeps no stake. */
  terms: JobTerms;
  stakeWei: bigint;
}

export function encodeCreateJob({ escrow, terms, stakeWei }: CreateJobArgs): EscrowCall {
  const { bondBps, referee, permitOnly } = terms;
  const second = [bondBps, referee, permitOnly];
  if (second.every((term) => term === undefined)) {
    const data = encodeFunctionData({ abi: aiModelTrainingAbi, functionName: "createJob", args: [terms] });
    return { to: escrow, data, value: stakeWei };
  }
  if (bondBps === undefined || referee === undefined || permitOnly === undefined)
    throw new TrainChainError("invalid-input", "the terms are of no version of the escrow", {
      fix: "Give bondBps, referee and permitOnly together, or none of them.",
    });
  const args = [{ ...terms, bondBps, referee, permitOnly }] as const;
  const data = encodeFunctionData({ abi: aiModelTrainingV2Abi, functionName: "createJob", args });
  return { to: escrow, data, value: stakeWei };
}

/**
 * Opens a job and stakes its reward. The job's number is in the receipt's JobCreated event (findCreatedJobId).
 * @param nonce the wallet's number that it is to have, where a key held here signs it: nothing else can be mined under it
 */
export function createJob(client: SigningClient, args: CreateJobArgs, nonce?: number): Promise<Hash> {
  return sendCall(client, encodeCreateJob(args), nonce);
}
