import type { Address } from "@trainchain/protocol";
import { encodeFunctionData, type Hash } from "viem";
import { type EscrowCall, type SigningClient, sendCall } from "./escrow-call.ts";
import { aiModelTrainingAbi } from "./generated/ai-model-training.ts";

/** What a requester fixes at creation; the limits are the contract's (see termLimits). */
export interface JobTerms {
  /** 0 = LLM fine-tuning, 1 = image classification. */
  kind: number;
  minContributors: number;
  maxContributors: number;
  /** Unix seconds from which on no slot can be taken. */
  acceptBy: number;
  /** Seconds from a slot's acceptance to its deadline. */
  trainingPeriod: number;
  /** Seconds of the aggregator's silence after which anybody may settle. */
  reviewPeriod: number;
  bondWei: bigint;
  aggregator: Address;
  specCid: string;
}

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
