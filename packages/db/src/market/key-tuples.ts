import { type SQL, sql } from "drizzle-orm";
import type { JobKey } from "../job-key.ts";

/** `((escrow, jobId), …)` as SQL parameters, for a row-wise `in`. */
export function keyTuples(keys: readonly JobKey[]): SQL {
  const tuples = keys.map(({ escrow, jobId }) => sql`(${escrow}, ${jobId.toString()}::bigint)`);
  return sql`(${sql.join(tuples, sql`, `)})`;
}
