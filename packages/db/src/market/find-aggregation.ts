import { and, eq } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import type { JobKey } from "../job-key.ts";
import { aggregations } from "../schema/index.ts";

export type AggregationRow = typeof aggregations.$inferSelect;

/** The merged result of a job. */
export async function findAggregation(
  db: Executor,
  { escrow, jobId }: JobKey,
): Promise<AggregationRow | undefined> {
  const [aggregation] = await db
    .select()
    .from(aggregations)
    .where(and(eq(aggregations.escrow, escrow), eq(aggregations.jobId, jobId)));
  return aggregation;
}
