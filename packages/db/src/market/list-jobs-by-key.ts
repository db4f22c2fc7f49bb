import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import type { JobKey } from "../job-key.ts";
import { jobs } from "../schema/index.ts";
import { keyTuples } from "./key-tuples.ts";
import { type JobRecord, selectJobs, toJobRecord } from "./select-jobs.ts";

/** The jobs with these keys, in no order. */
export async function listJobsByKey(db: Executor, keys: readonly JobKey[]): Promise<JobRecord[]> {
  if (keys.length === 0) return [];
  const rows = await selectJobs(db).where(sql`(${jobs.escrow}, ${jobs.jobId}) in ${keyTuples(keys)}`);
  return rows.map(toJobRecord);
}
