import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";

/** Empties every chain-derived table, cursors included; following the chain again gives the same rows. */
export async function dropDerivedRows(db: Executor): Promise<void> {
  await db.execute(sql`
    truncate blocks, chain_cursors, chain_events, jobs, slots, contributor_submissions,
      contributor_stats, withdrawable_balances`);
}
