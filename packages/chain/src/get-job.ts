import { type Address, type EscrowVersion, type JobStatus, jobStatuses } from "@trainchain/protocol";
import { decodeFunctionResult, encodeFunctionData, type Hex, size, zeroAddress } from "viem";
import { call } from "viem/actions";
import { toChainError } from "./decode-error.ts";
import type { ReadingClient } from "./escrow-call.ts";
import { aiModelTrainingAbi } from "./generated/ai-model-training.ts";
import { aiModelTrainingV2Abi } from "./generated/ai-model-training-v2.ts";

/** A job as the escrow's storage holds it. Its kind and spec CID are in the JobCreated event only. */
export interface ChainJob {
  /** Of the escrow that holds it. */
  version: EscrowVersion;
  status: JobStatus;
  requester: Address;
  aggregator: Address;
  /** Who decides appeals against refusals; the zero address for nobody. */
  referee: Address;
  /** Whether a slot is taken only with the requester's permit. */
  permitOnly: boolean;
  stakeWei: bigint;
  bondWei: bigint;
  /** Bonds of released slots, split among the paid contributors at the end; the second version burns them at once. */
  forfeitedWei: bigint;
  minContributors: number;
  maxContributors: number;
  acceptBy: number;
  trainingPeriod: number;
  reviewPeriod: number;
  /** Numbers of the taken slots, ascending. */
  takenSlots: number[];
  /** The first bytes of the spec CID's keccak256: 16, or 5 in the second version. */
  specDigest: Hex;
}

/** What tells the versions' answers apart: neither has a part whose size varies. */
const secondBytes = 15 * 32;

/** One job; status `none` for a number that was never given. */
export async function getJob(
  client: ReadingClient,
  { escrow, jobId }: { escrow: Address; jobId: bigint },
): Promise<ChainJob> {
  try {
    const question = { functionName: "getJob", args: [jobId] } as const;
    const input = encodeFunctionData({ abi: aiModelTrainingAbi, ...question });
    const { data = "0x" } = await call(client, { to: escrow, data: input });
    const job = size(data) === secondBytes ? decodeSecond(data) : decodeFirst(data);
    return {
      ...job,
      status: jobStatuses[job.status]!,
      requester: job.requester.toLowerCase() as Address,
      aggregator: job.aggregator.toLowerCase() as Address,
      referee: job.referee.toLowerCase() as Address,
      takenSlots: Array.from({ length: 32 }, (_, slot) => slot).filter(
        (slot) => (job.takenSlots >>> slot) & 1,
      ),
    };
  } catch (error) {
    throw toChainError(error);
  }
}

function decodeFirst(data: Hex) {
  const job = decodeFunctionResult({ abi: aiModelTrainingAbi, functionName: "getJob", data });
  return { ...job, version: "1" as const, referee: zeroAddress, permitOnly: false };
}

function decodeSecond(data: Hex) {
  const { shareWei: _, ...job } = decodeFunctionResult({
    abi: aiModelTrainingV2Abi,
    functionName: "getJob",
    data,
  });
  return { ...job, version: "2" as const, forfeitedWei: 0n };
}
