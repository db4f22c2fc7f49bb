import type { ApiClient } from "@trainchain/api-client";
import { TrainChainError } from "@trainchain/protocol";

const pauseMs = 300;
const patienceMs = 120_000;

/**
 * Waits until the platform has seen a job that was paid for. A transaction that is mined is not lost, however long that
 * takes, and whatever became of its draft meanwhile.
 * @throws TrainChainError `not-ready` after two minutes; nothing is to be signed again then.
 */
export async function untilListed(api: ApiClient, { jobId }: { jobId: bigint }): Promise<void> {
  for (const end = Date.now() + patienceMs; Date.now() < end; ) {
    if (await isListed(api, jobId)) return;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  throw new TrainChainError("not-ready", `job ${jobId} is paid for and on chain, but not listed yet`, {
    fix: "It is listed as soon as the platform sees it: look at your requests in a minute. Do not sign again.",
  });
}

async function isListed(api: ApiClient, jobId: bigint): Promise<boolean> {
  try {
    await api.getJob(jobId.toString());
    return true;
  } catch (error) {
    if (error instanceof TrainChainError && (error.mayRetry || error.code === "not-found")) return false;
    throw error;
  }
}
