import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";

/**
 * Which jobs are looked at: those of one aggregator, by the chain's own clock. Where more than `limit` are due it is other
 * ones each time: somebody may make any number of them that nothing can be done for, which must hide none.
 */
export interface JobsAtTime {
  escrow: string;
  aggregator: string;
  chainTime: Date;
  limit?: number;
}

/**
 * Open jobs of an aggregator for which something may be done at `chainTime`: a deadline has passed, or nobody can
 * still deliver.
 */
export async function listDueJobs(
  db: Executor,
  { escrow, aggregator, chainTime, limit = 1_000 }: JobsAtTime,
): Promise<bigint[]> {
  const { rows } = await db.execute<{ job_id: string }>(sql`
    select jobs.job_id
    from jobs
    left join lateral (
      select count(*) filter (where slots.status = 'accepted') as live,
        count(*) filter (where slots.status <> 'accepted') as contested,
        min(deadline) as next_deadline
      from slots
      where slots.escrow = jobs.escrow and slots.job_id = jobs.job_id
        and slots.status in ('accepted', 'rejection-pending', 'rejection-appealed')
    ) as waiting on true
    where jobs.status = 'open' and jobs.own and jobs.escrow = ${escrow} and jobs.aggregator = ${aggregator}
      and (
        waiting.next_deadline < ${chainTime.toISOString()}::timestamptz
        or (waiting.live = 0
          and (jobs.slots_submitted + waiting.contested >= jobs.max_contributors
            or jobs.accept_by <= ${chainTime.toISOString()}::timestamptz
            or (jobs.slots_submitted >= jobs.min_contributors and exists (select from early_finishes
              where early_finishes.escrow = jobs.escrow and early_finishes.job_id = jobs.job_id))))
      )
    order by random()
    limit ${limit}`);
  return rows.map((row) => BigInt(row.job_id));
}

/**
 * Ended jobs of an aggregator with a refusal that can take effect at `chainTime`: its time for an appeal, or for the
 * referee's ruling, is over.
 */
export async function listDueRejections(
  db: Executor,
  { escrow, aggregator, chainTime, limit = 1_000 }: JobsAtTime,
): Promise<bigint[]> {
  const { rows } = await db.execute<{ job_id: string }>(sql`
    select slots.job_id
    from slots
    join jobs on jobs.escrow = slots.escrow and jobs.job_id = slots.job_id
    where slots.status in ('rejection-pending','rejection-appealed')
      and jobs.status <> 'open' and slots.deadline < ${chainTime.toISOString()}::timestamptz
      and slots.escrow = ${escrow} and jobs.aggregator = ${aggregator}
    order by random()
    limit ${limit}`);
  return [...new Set(rows.map((row) => BigInt(row.job_id)))];
}
