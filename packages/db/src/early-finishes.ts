import { sql } from "drizzle-orm";
import { earlyFinishes, jobs } from "./schema/index.ts";

/**
 * Of rows of `jobs`: whether the requester has said that the job ends with its minimum. With a limit, because an
 * "exists" may be answered by reading the table whole.
 */
export const finishesEarly = sql<true | null>`(
  select true from ${earlyFinishes} as finish
  where finish.escrow = ${jobs.escrow} and finish.job_id = ${jobs.jobId} limit 1
)`;
