import { type Address, type JobStatus, jobStatuses } from "@trainchain/protocol";
import type { Hex } from "viem";
import { readContract } from "viem/actions";
import { toChainError } from "./decode-error.ts";
import type { ReadingClient } from "./escrow-call.ts";
import { aiModelTrainingAbi } from "./generated/ai-model-training.ts";

/** A job as the escrow's storage holds it. Its kind and spec CID are in the JobCreated event only. */
export interface ChainJob {
  status: JobStatus;
  requester: Address;
  aggregator: Address;
  stakeWei: bigint;
  bondWei: bigint;
  /** Bonds of released slots, split among the paid contributors at the end. */
  forfeitedWei: bigint;
  minContributors: number;
  maxContributors: number;
  acceptBy: number;
  trainingPeriod: number;
  reviewPeriod: number;
  /** Numbers of the taken slots, ascending. */
  takenSlots: number[];
  /** First 16 bytes of the spec CID's keccak256. */
  specDigest: Hex;
}

/** One job; status `none` for a number that was never given. */
export async function getJob(
  client: ReadingClient,
  { escrow, jobId }: { escrow: Address; jobId: bigint },
): Promise<ChainJob> {
  try {
    const job = await readContract(client, {
      address: escrow,
      abi: aiModelTrainingAbi,
      functionName: "getJob",
      args: [jobId],
    });
    return {
      ...job,
      status: jobStatuses[job.status]!,
      requester: job.requester.toLowerCase() as Address,
      aggregator: job.aggregator.toLowerCase() as Address,
      takenSlots: Array.from({ length: 32 }, (_, slot) => slot).filter(
        (slot) => (job.takenSlots >>> slot) & 1,
      ),
    };
  } catch (error) {
    throw toChainError(error);
  }
}
