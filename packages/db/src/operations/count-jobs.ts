import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";

/** How many jobs of the escrow are in each status. */
export async function countJobs(db: Executor, escrow: string): Promise<{ status: string; count: number }[]> {
  const { rows } = await db.execute<{ status: string; count: string }>(
    sql`select status, count(*) as count from jobs where escrow = ${escrow} group by status`,
  );
  return rows.map(({ status, count }) => ({ status, count: Number(count) }));
}
