import type { ApiClient } from "@trainchain/api-client";
import { TrainChainError } from "@trainchain/protocol";

const pauseMs = 300;
const patienceMs = 120_000;

/**
 * Waits until the platform has seen the job that a draft was paid for as. A transaction that is mined is not lost,
 * however long that takes.
 * @throws TrainChainError `not-ready` after two minutes; nothing is to be signed again then.
 */
export async function untilListed(
  api: ApiClient,
  { draftId, jobId }: { draftId: string; jobId: bigint },
): Promise<void> {
  for (const end = Date.now() + patienceMs; Date.now() < end; ) {
    const draft = await api.getDraft(draftId).catch((error: unknown) => {
      if (error instanceof TrainChainError && error.mayRetry) return undefined;
      throw error;
    });
    if (draft && draft.jobId !== null) return;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  throw new TrainChainError("not-ready", `job ${jobId} is paid for and on chain, but not listed yet`, {
    fix: "It is listed as soon as the platform sees it: look at your requests in a minute. Do not sign again.",
  });
}
