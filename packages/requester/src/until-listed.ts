import type { ApiClient } from "@trainchain/api-client";
import { TrainChainError } from "@trainchain/protocol";

const pauseMs = 300;
const patienceMs = 120_000;

/**
 * Waits until the platform has seen the job that a draft was paid for as. A transaction that is mined is not lost,
 * however long that takes, and whatever became of the draft meanwhile: another window may have changed it.
 * @throws TrainChainError `not-ready` after two minutes; nothing is to be signed again then.
 */
export async function untilListed(api: ApiClient, opened: { draftId: string; jobId: bigint }): Promise<void> {
  for (const end = Date.now() + patienceMs; Date.now() < end; ) {
    if (await isListed(api, opened)) return;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  throw new TrainChainError("not-ready", `job ${opened.jobId} is paid for and on chain, but not listed yet`, {
    fix: "It is listed as soon as the platform sees it: look at your requests in a minute. Do not sign again.",
  });
}

async function isListed(api: ApiClient, { draftId, jobId }: { draftId: string; jobId: bigint }) {
  const draft = await api.getDraft(draftId).catch(notYet);
  // Its draft is asked first: what is not there is an error in a browser's console.
  return draft ? draft.jobId !== null : (await api.getJob(jobId.toString()).catch(notYet)) !== undefined;
}

function notYet(error: unknown): undefined {
  if (error instanceof TrainChainError && (error.mayRetry || error.code === "not-found")) return undefined;
  throw error;
}
