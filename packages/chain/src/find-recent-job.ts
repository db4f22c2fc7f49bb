import type { Address } from "@trainchain/protocol";
import { keccak256, toBytes } from "viem";
import { readContract } from "viem/actions";
import { toChainError } from "./decode-error.ts";
import type { ReadingClient } from "./escrow-call.ts";
import { aiModelTrainingAbi } from "./generated/ai-model-training.ts";
import { getJob } from "./get-job.ts";

/** How many of the newest jobs are looked at: what is older has long been listed by its platform. */
const looked = 8n;

/**
 * The number of a job that a wallet has just opened with a spec, also where no platform lists it yet: asked before it
 * is paid for once more.
 */
export async function findRecentJob(
  client: ReadingClient,
  { escrow, requester, specCid }: { escrow: Address; requester: Address; specCid: string },
): Promise<bigint | undefined> {
  const call = { address: escrow, abi: aiModelTrainingAbi, functionName: "jobCount" } as const;
  const count = await readContract(client, call).catch((error: unknown) => {
    throw toChainError(error);
  });
  const first = count > looked ? count - looked + 1n : 1n;
  const jobIds = Array.from({ length: Number(count - first + 1n) }, (_, index) => first + BigInt(index));
  const jobs = await Promise.all(jobIds.map((jobId) => getJob(client, { escrow, jobId })));
  const digest = keccak256(toBytes(specCid));
  const wallet = requester.toLowerCase();
  const index = jobs.findIndex((job) => job.requester === wallet && digest.startsWith(job.specDigest));
  return jobIds[index];
}
