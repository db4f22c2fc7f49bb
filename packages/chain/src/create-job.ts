import type { Address, JobTerms } from "@trainchain/protocol";
import { encodeFunctionData, type Hash } from "viem";
import { type EscrowCall, type SigningClient, sendCall } from "./escrow-call.ts";
import { aiModelTrainingAbi } from "./generated/ai-model-training.ts";

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
  terms: JobTerms;
  stakeWei: bigint;
}

export function encodeCreateJob({ escrow, terms, stakeWei }: CreateJobArgs): EscrowCall {
  return {
    to: escrow,
    data: encodeFunctionData({ abi: aiModelTrainingAbi, functionName: "createJob", args: [terms] }),
    value: stakeWei,
  };
}

/** Opens a job and stakes its reward. The job's number is in the receipt's JobCreated event (findCreatedJobId). */
export function createJob(client: SigningClient, args: CreateJobArgs): Promise<Hash> {
  return sendCall(client, encodeCreateJob(args));
}
