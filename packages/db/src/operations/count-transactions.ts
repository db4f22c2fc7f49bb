import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";

/** Transactions that are asked for and not yet decided, and the age of the oldest. */
export async function countUnfinishedTransactions(
  db: Executor,
): Promise<{ count: number; oldestSeconds: number }> {
  const { rows } = await db.execute<{ count: string; oldest: string }>(sql`
    select count(*) as count, coalesce(extract(epoch from now() - min(created_at)), 0) as oldest
    from transactions where status in ('queued', 'sent')`);
  const [row] = rows;
  return { count: Number(row?.count ?? 0), oldestSeconds: Number(row?.oldest ?? 0) };
}
