import { type SQL, sql } from "drizzle-orm";

/**
 * Of rows of `jobs`: the platform's own whose stake is held or went to those who worked for it. Anybody may put others
 * on chain, and take back the stake of a cancelled or an expired one: neither stands for content. With `before`, such a
 * one still does until it has been over since then.
 */
export function isStandingJob(before?: Date): SQL {
  const isHeld = sql`jobs.status in ('open','completed','settled')`;
  if (!before) return sql`(jobs.own and ${isHeld})`;
  return sql`(jobs.own and (${isHeld} or jobs.closed_at >= ${before.toISOString()}))`;
}
