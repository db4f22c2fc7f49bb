import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";

/** Counts the slots of these contributors in the platform's own jobs anew, and what was paid in those with a spec; one that has none of them has no row. */
export async function refreshContributorStats(db: Executor, contributors: readonly string[]): Promise<void> {
  if (contributors.length === 0) return;
  const wanted = sql`(select value from jsonb_array_elements_text(${JSON.stringify(contributors)}::jsonb))`;
  await db.execute(sql`delete from contributor_stats where contributor in ${wanted}`);
  await db.execute(sql`
    insert into contributor_stats
      (contributor, jobs_accepted, jobs_ended, jobs_completed, jobs_active, earned_wei, requesters, standing, member_since)
    with paid as (
      -- Of numerics a sum is the same in whatever order.
      select contributor, sum(wei) as wei, count(*) as requesters, sum(sqrt(wei)) / 1000000000 as standing
      from (
        select slots.contributor, sum(slots.paid_wei) as wei
        from slots join jobs using (escrow, job_id)
        -- On a predecessor's contract, where no job has a spec, anybody's jobs are taken for the platform's.
        where jobs.own and jobs.spec_cid is not null and slots.paid_wei > 0 and slots.contributor in ${wanted}
        group by slots.contributor, jobs.requester) as by_requester
      group by contributor)
    select
      slots.contributor,
      count(*),
      count(*) filter (where slots.status in ('rejected', 'released')
          or (jobs.status <> 'open' and slots.status not in ('rejection-pending', 'rejection-appealed'))),
      count(slots.paid_wei),
      count(*) filter (where slots.status = 'accepted' and jobs.status = 'open'),
      coalesce(max(paid.wei), 0),
      coalesce(max(paid.requesters), 0),
      coalesce(max(paid.standing), 0)::float8,
      min(slots.accepted_at)
    from slots join jobs using (escrow, job_id) left join paid using (contributor)
    where jobs.own and slots.contributor in ${wanted}
    group by slots.contributor`);
}
