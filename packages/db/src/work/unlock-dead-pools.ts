import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";

/** The lock (its text is hashed) that a running pool of workers holds as long as it lives. */
export const poolLock = (poolId: string) => `trainchain/pool/${poolId}`;

/**
 * Gives back the tasks of pools that died with them: a pool is dead when nobody holds its lock. The queue itself
 * would wait four hours. A task of the last ten seconds is left alone, as its pool may just be starting.
 */
export async function unlockDeadPools(db: Executor): Promise<void> {
  await db.execute(sql`
    with held as materialized (
      select distinct locked_by as pool
      from graphile_worker.jobs
      where locked_by is not null and locked_at < now() - interval '10 seconds'
    ), dead as materialized (
      select pool from held
      where pg_try_advisory_xact_lock(hashtextextended('trainchain/pool/' || pool, 0))
    )
    select graphile_worker.force_unlock_workers(array_agg(pool)) from dead having count(*) > 0`);
}
