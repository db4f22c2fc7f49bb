import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";

/** Transactions that are asked for and not yet decided, the age of the oldest, and those at the price limit. */
export async function countUnfinishedTransactions(
  db: Executor,
): Promise<{ count: number; oldestSeconds: number; atLimit: number }> {
  const { rows } = await db.execute<{ count: string; at_limit: string; oldest: string }>(sql`
    select count(*) as count, count(*) filter (where error is not null) as at_limit,
      coalesce(extract(epoch from now() - min(created_at)), 0) as oldest
    from transactions where status in ('queued', 'sent')`);
  const [row] = rows;
  return {
    count: Number(row?.count ?? 0),
    oldestSeconds: Number(row?.oldest ?? 0),
    atLimit: Number(row?.at_limit ?? 0),
  };
}
