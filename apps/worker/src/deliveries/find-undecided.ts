import { findJobForWork, type JobForWork, listVerdicts } from "@trainchain/db/work";
import type { WorkerDeps } from "../deps.ts";
import type { Submission } from "./fetch-delivery.ts";
import { ofDelivery } from "./of-delivery.ts";

/** A contributor's delivery in an open job of ours, with that job, while it has no verdict. */
export async function findUndecided(
  { db, escrow, aggregator }: WorkerDeps,
  { jobId, contributor }: { jobId: string; contributor: string },
): Promise<{ found: JobForWork; submission: Submission } | undefined> {
  const found = await findJobForWork(db, { escrow, jobId: BigInt(jobId) });
  const submission = found?.submissions.find((delivery) => delivery.contributor === contributor);
  if (!found || !submission || found.job.status !== "open" || found.job.aggregator !== aggregator)
    return undefined;
  if (submission.status !== "submitted" || ofDelivery(await listVerdicts(db, found.job), submission))
    return undefined;
  return { found, submission };
}
