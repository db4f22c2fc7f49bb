import { inArray, sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { type JobKey, keysAsJson } from "../job-key.ts";
import { jobs } from "../schema/index.ts";

/**
 * Says of these jobs which are not the platform's own: those that name none of its aggregators, or whose spec was not
 * prepared here for their requester, or whose data was gone before they were mined, or that stake less for a slot than
 * the least that the draft ever asked for: what it asks now its requester may change under a job. A spec is public, an aggregator's name is free, and terms are the requester's to sign, so none of
 * them alone says anything.
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
        cross join lateral (
          -- What is staked for a round (stakeOfRound), for all of its slots.
          select case when drafts.round = 1 then asked.reward - asked.each * (asked.rounds - 1) else asked.each end as stake
          from (select reward, rounds, div(reward, rounds) as each
            from (select 
              least(drafts.least_reward_wei, coalesce((drafts.request->>'rewardWei')::numeric, 0)) as reward,
              coalesce((drafts.request->>'rounds')::int, 1) as rounds) as kept) as asked) as draft
        where prepared.spec_cid = jobs.spec_cid and drafts.requester = jobs.requester
          and jobs.stake_wei * prepared.contributors >= draft.stake * jobs.max_contributors
          and (prepared.content_removed_at is null or jobs.created_at <= prepared.content_removed_at)))`);
}
