import { verdictLimits } from "@trainchain/protocol";
import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import type { JobsAtTime } from "./list-due-jobs.ts";

export interface OverdueDelivery {
  jobId: bigint;
  contributor: string;
  /** Whether the time has come by which every delivery has its verdict; before, missing content alone counts. */
  lastLook: boolean;
}

/**
 * Deliveries to an aggregator's open jobs, prepared here and listed by their own requesters, that have no verdict at
 * `chainTime` though what is missing by now counts as never delivered. What waits for its training to be done again is
 * not missing.
 */
export async function listOverdueDeliveries(
  db: Executor,
  { escrow, aggregator, chainTime, limit = 1_000 }: JobsAtTime,
): Promise<OverdueDelivery[]> {
  const { missingContentSeconds, arrivalShare, lastLookShare } = verdictLimits;
  const { rows } = await db.execute<{ job_id: string; contributor: string; last_look: boolean }>(sql`
    select delivery.job_id, delivery.contributor, delivery.age >= patience.seconds as last_look
    from (
      select *, extract(epoch from ${chainTime.toISOString()}::timestamptz - submitted_at) as age
      from contributor_submissions
    ) as delivery
    join jobs using (escrow, job_id)
    join llm_finetune_jobs as prepared on prepared.spec_cid = jobs.spec_cid
    join drafts on drafts.id = prepared.draft_id and drafts.requester = jobs.requester
    cross join lateral (select jobs.review_period_seconds * ${lastLookShare}::float8 as seconds) as patience
    where jobs.status = 'open' and jobs.escrow = ${escrow} and jobs.aggregator = ${aggregator}
      and delivery.status = 'submitted'
      and delivery.age >= least(jobs.review_period_seconds * ${arrivalShare}::float8, ${missingContentSeconds}::float8)
      and not exists (
        select from adapter_verifications as verdict
        where verdict.escrow = delivery.escrow and verdict.job_id = delivery.job_id
          and verdict.contributor = delivery.contributor and verdict.adapter_cid = delivery.adapter_cid
      )
      and (delivery.age >= patience.seconds or not exists (
        select from replays
        where replays.escrow = delivery.escrow and replays.job_id = delivery.job_id
          and replays.contributor = delivery.contributor and replays.adapter_cid = delivery.adapter_cid
          and replays."check" is null
      ))
    order by random()
    limit ${limit}`);
  return rows.map((row) => ({
    jobId: BigInt(row.job_id),
    contributor: row.contributor,
    lastLook: row.last_look,
  }));
}

/**
 * Jobs, of the same kind, all of whose deliveries are accepted, that nobody can add to, and that have no stored result
 * though the same share of their review period is over at `chainTime`.
 */
export async function listOverdueResults(
  db: Executor,
  { escrow, aggregator, chainTime, limit = 1_000 }: JobsAtTime,
): Promise<bigint[]> {
  const now = sql`${chainTime.toISOString()}::timestamptz`;
  const { rows } = await db.execute<{ job_id: string }>(sql`
    select jobs.job_id
    from jobs
    join llm_finetune_jobs as prepared on prepared.spec_cid = jobs.spec_cid
    join drafts on drafts.id = prepared.draft_id and drafts.requester = jobs.requester
    cross join lateral (
      select max(submitted_at) as last,
        bool_and(exists (
          select from adapter_verifications as verdict
          where verdict.escrow = delivery.escrow and verdict.job_id = delivery.job_id
            and verdict.contributor = delivery.contributor and verdict.adapter_cid = delivery.adapter_cid
            and verdict.verdict = 'accepted'
        )) as accepted
      from contributor_submissions as delivery
      where delivery.escrow = jobs.escrow and delivery.job_id = jobs.job_id and delivery.status = 'submitted'
    ) as delivered
    where jobs.status = 'open' and jobs.escrow = ${escrow} and jobs.aggregator = ${aggregator}
      and jobs.slots_submitted >= jobs.min_contributors and delivered.accepted
      and not exists (select from slots
        where slots.escrow = jobs.escrow and slots.job_id = jobs.job_id and slots.status = 'accepted')
      and not exists (select from aggregations
        where aggregations.escrow = jobs.escrow and aggregations.job_id = jobs.job_id)
      and (case when jobs.slots_submitted >= jobs.max_contributors then delivered.last
        else greatest(delivered.last, least(jobs.accept_by, (select asked_at from early_finishes
          where early_finishes.escrow = jobs.escrow and early_finishes.job_id = jobs.job_id))) end)
        + make_interval(secs => jobs.review_period_seconds * ${verdictLimits.lastLookShare}::float8) <= ${now}
    order by random()
    limit ${limit}`);
  return rows.map((row) => BigInt(row.job_id));
}
