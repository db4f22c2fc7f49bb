import { and, eq, inArray, sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import type { JobKey } from "../job-key.ts";
import { aggregations, jobs } from "../schema/index.ts";
import { keyTuples } from "./key-tuples.ts";

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

/** The results of those of these jobs that are completed or settled with one. */
export async function listAggregations(db: Executor, keys: readonly JobKey[]): Promise<AggregationRow[]> {
  if (keys.length === 0) return [];
  const rows = await db
    .select({ aggregation: aggregations })
    .from(aggregations)
    .innerJoin(jobs, and(eq(jobs.escrow, aggregations.escrow), eq(jobs.jobId, aggregations.jobId)))
    .where(
      and(
        sql`(${aggregations.escrow}, ${aggregations.jobId}) in ${keyTuples(keys)}`,
        inArray(jobs.status, ["completed", "settled"]),
      ),
    );
  return rows.map(({ aggregation }) => aggregation);
}
