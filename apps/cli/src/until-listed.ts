import { setTimeout as pause } from "node:timers/promises";
import type { ApiClient } from "@trainchain/api-client";
import { type JobView, TrainChainError } from "@trainchain/protocol";

const pollMs = 300;
const patienceMs = 120_000;

/** Waits until the platform has seen a job that the chain has. */
export async function untilListed(api: ApiClient, jobId: string): Promise<JobView> {
  for (const end = Date.now() + patienceMs; Date.now() < end; await pause(pollMs)) {
    const job = await api.getJob(jobId).catch((error: unknown) => {
      if (error instanceof TrainChainError && (error.code === "not-found" || error.mayRetry))
        return undefined;
      throw error;
    });
    if (job) return job;
  }
  throw new TrainChainError("timeout", `job ${jobId} is on chain but not listed yet`, {
    fix: `It is listed as soon as the platform sees it; look with: trainchain job show ${jobId}`,
  });
}
