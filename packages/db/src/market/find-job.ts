import { and, eq } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import type { JobKey } from "../job-key.ts";
import { jobs } from "../schema/index.ts";
import { type JobRecord, selectJobs, toJobRecord } from "./select-jobs.ts";

export async function findJob(db: Executor, { escrow, jobId }: JobKey): Promise<JobRecord | undefined> {
  const [row] = await selectJobs(db).where(and(eq(jobs.escrow, escrow), eq(jobs.jobId, jobId)));
  return row && toJobRecord(row);
}
