import { and, eq } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import type { JobKey } from "../job-key.ts";
import { aggregations } from "../schema/index.ts";

export type Aggregation = typeof aggregations.$inferSelect;

export async function findAggregationOf(
  db: Executor,
  { escrow, jobId }: JobKey,
): Promise<Aggregation | undefined> {
  const [row] = await db
    .select()
    .from(aggregations)
    .where(and(eq(aggregations.escrow, escrow), eq(aggregations.jobId, jobId)));
  return row;
}

/** Stores the merged result of a job in place of an earlier one. */
export async function saveAggregation(
  db: Executor,
  aggregation: typeof aggregations.$inferInsert,
): Promise<void> {
  const { escrow: _, jobId: __, ...changes } = { aggregatedAt: new Date(), ...aggregation };
  await db
    .insert(aggregations)
    .values(aggregation)
    .onConflictDoUpdate({ target: [aggregations.escrow, aggregations.jobId], set: changes });
}
