import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import type { Pool, PoolClient } from "pg";
import type { Database } from "./connect.ts";
import { isDatabaseDown } from "./is-database-down.ts";
import type * as schema from "./schema/index.ts";

/**
 * Transactions on clients of the pool. Drizzle's own, on a pool, never gives a client back on which `begin` failed, so
 * that each lost connection takes a place of the pool for good. A client is used again only where its transaction has
 * ended.
 */
export function transactionsOf(
  pool: Pool,
  handleOf: (client: PoolClient) => NodePgDatabase<typeof schema>,
): Database["transaction"] {
  return async (work, config) => {
    const client = await pool.connect();
    let isSpoilt = false;
    try {
      return await handleOf(client).transaction(work, config);
    } catch (error) {
      isSpoilt = client.getTransactionStatus() !== "I" || isDatabaseDown(error);
      throw error;
    } finally {
      client.release(isSpoilt);
    }
  };
}
