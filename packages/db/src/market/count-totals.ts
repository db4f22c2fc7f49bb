import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";

export interface Totals {
  jobsCompleted: number;
  jobsOpen: number;
  contributors: number;
  contributorsActive: number;
  paidWei: string;
}

/** What has happened on chain so far, over all followed contracts. One row, counted anew at each call. */
export async function countTotals(db: Executor): Promise<Totals> {
  const [totals] = await db.execute<{ [Name in keyof Totals]: Totals[Name] }>(sql`
    select
      (select count(*)::int from jobs where status = 'completed') as "jobsCompleted",
      (select count(*)::int from jobs where status = 'open') as "jobsOpen",
      count(*)::int as contributors,
      (count(*) filter (where jobs_active > 0))::int as "contributorsActive",
      coalesce(sum(earned_wei), 0)::text as "paidWei"
    from contributor_stats`);
  if (!totals) throw new Error("an aggregate always has a row");
  return totals;
}
