import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";

/** Counts the slots of these contributors in the platform's own jobs anew; one that has none of them has no row. */
export async function refreshContributorStats(db: Executor, contributors: readonly string[]): Promise<void> {
  if (contributors.length === 0) return;
  const wanted = sql`(select value from jsonb_array_elements_text(${JSON.stringify(contributors)}::jsonb))`;
  await db.execute(sql`delete from contributor_stats where contributor in ${wanted}`);
  await db.execute(sql`
    insert into contributor_stats
      (contributor, jobs_accepted, jobs_ended, jobs_completed, jobs_active, earned_wei, member_since)
    select
      slots.contributor,
      count(*),
      count(*) filter (where slots.status in ('rejected', 'released')
          or (jobs.status <> 'open' and slots.status not in ('rejection-pending', 'rejection-appealed'))),
      count(slots.paid_wei),
      count(*) filter (where slots.status = 'accepted' and jobs.status = 'open'),
      coalesce(sum(slots.paid_wei), 0),
      min(slots.accepted_at)
    from slots join jobs using (escrow, job_id)
    where jobs.own and slots.contributor in ${wanted}
    group by slots.contributor`);
}
