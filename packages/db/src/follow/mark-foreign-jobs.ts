import { inArray, sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { type JobKey, keysAsJson } from "../job-key.ts";
import { jobs } from "../schema/index.ts";

/**
 * Says of these jobs which are not the platform's own: those that name none of its aggregators, or whose spec was not
 * prepared here for their requester, or whose data was gone before they were mined. A spec is public and an
 * aggregator's name is free, so neither alone says anything.
 */
export async function markForeignJobs(
  db: Executor,
  keys: readonly JobKey[],
  aggregators: readonly string[],
): Promise<void> {
  if (keys.length === 0) return;
  await db.execute(sql`
    update jobs set own = false
    from jsonb_to_recordset(${keysAsJson(keys)}::jsonb) as key(escrow text, job_id bigint)
    where (jobs.escrow, jobs.job_id) = (key.escrow, key.job_id) and not (
      ${inArray(jobs.aggregator, [...aggregators])} and exists (
        select from llm_finetune_jobs as prepared join drafts on drafts.id = prepared.draft_id
        where prepared.spec_cid = jobs.spec_cid and drafts.requester = jobs.requester
          and (prepared.content_removed_at is null or jobs.created_at <= prepared.content_removed_at)))`);
}
