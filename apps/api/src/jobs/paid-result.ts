import type { Executor } from "@trainchain/db";
import { type AggregationRow, findAggregation, findJob, type JobKey } from "@trainchain/db/market";
import { TrainChainError } from "@trainchain/protocol";
import { notRequested } from "./job-params.ts";

/** What a wallet's own job came to, once it is paid for. */
export async function getPaidResult(db: Executor, key: JobKey, wallet: string): Promise<AggregationRow> {
  const job = await findJob(db, key);
  if (job?.requester !== wallet) throw notRequested(key);
  const aggregation = await findAggregation(db, key);
  const paid = job.status === "completed" || job.status === "settled";
  if (aggregation && paid) return aggregation;
  throw new TrainChainError("not-ready", `job ${key.jobId} is ${job.status} and has no result`, {
    fix: "Wait until the job is completed; one that expired or was cancelled has no result.",
  });
}
