import { getTableName, inArray, is, sql } from "drizzle-orm";
import { PgTable } from "drizzle-orm/pg-core";
import type { Database } from "./connect.ts";
import * as chain from "./schema/chain.ts";
import * as market from "./schema/market.ts";
import * as work from "./schema/work.ts";

/** The processes that speak to the database. */
export const processNames = ["api", "indexer", "worker"] as const;
export type DatabaseProcess = (typeof processNames)[number];

/** The tables that each process writes, and no other: a new table is granted by the file that it stands in. */
export const writtenTables: Record<DatabaseProcess, readonly string[]> = {
  api: tablesOf(market),
  indexer: tablesOf(chain),
  worker: tablesOf(work),
};

/** The role under which a process signs in to PostgreSQL. */
export function roleOf(process: DatabaseProcess): string {
  return `trainchain_${process}`;
}

/**
 * Grants each process's role what it needs, and takes back what it was granted before: everything to be read, its own
 * tables to be written, and the queue. A role that the server does not have is left out; whoever migrates owns the
 * tables and may do everything.
 */
export async function grantRoles(db: Database): Promise<void> {
  await db.transaction(async (tx) => {
    const roles = await tx.execute<{ name: string }>(
      sql`select rolname as name from pg_roles where ${inArray(sql`rolname`, processNames.map(roleOf))}`,
    );
    for (const process of processNames) {
      const role = roleOf(process);
      if (!roles.rows.some(({ name }) => name === role)) continue;
      const tables = writtenTables[process].map((name) => `"${name}"`).join(", ");
      await tx.execute(
        sql.raw(`
        revoke all on all tables in schema public from ${role};
        grant select on all tables in schema public to ${role};
        grant insert, update, delete, truncate on ${tables} to ${role};
        grant usage on schema pgboss to ${role};
        grant select, insert, update, delete on all tables in schema pgboss to ${role}`),
      );
    }
  });
}

function tablesOf(schema: object): string[] {
  return Object.values(schema)
    .filter((value) => is(value, PgTable))
    .map((table) => getTableName(table));
}
