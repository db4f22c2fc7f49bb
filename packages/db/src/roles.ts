import type { TaskName } from "@trainchain/protocol";
import { getTableName, inArray, is, sql } from "drizzle-orm";
import { PgTable } from "drizzle-orm/pg-core";
import type { Database } from "./connect.ts";
import { failedQueue } from "./queue/queues.ts";
import * as chain from "./schema/chain.ts";
import { apiHeartbeats, indexerHeartbeats, workerHeartbeats } from "./schema/heartbeats.ts";
import * as market from "./schema/market.ts";
import * as work from "./schema/work.ts";

/** The processes that speak to the database. */
export const processNames = ["api", "indexer", "worker"] as const;
export type DatabaseProcess = (typeof processNames)[number];

/** The tables that each process writes, and no other: a new table is granted by the file that it stands in. */
export const writtenTables: Record<DatabaseProcess, readonly string[]> = {
  api: tablesOf({ ...market, apiHeartbeats }),
  indexer: tablesOf({ ...chain, indexerHeartbeats }),
  worker: tablesOf({ ...work, workerHeartbeats }),
};

/** The tasks that each process may queue; the worker, which does them, has the whole queue to itself. */
export const queuedTasks: Record<Exclude<DatabaseProcess, "worker">, readonly TaskName[]> = {
  api: ["shard-dataset", "relay-submission", "relay-acceptance", "try-result", "advance-job", "send-notices"],
  indexer: ["verify-adapter", "advance-job", "send-notices"],
};

/** The tables in which tasks lie: the second is the part of the first that holds all of ours. */
const taskTables = ["pgboss.job", "pgboss.job_common"] as const;

/** The role under which a process signs in to PostgreSQL. */
export function roleOf(process: DatabaseProcess): string {
  return `trainchain_${process}`;
}

/**
 * Grants each process's role what it needs, and takes back what it was granted before: everything to be read, its own
 * tables to be written, and of the queue the tasks that it may queue. A role that the server does not have is left out;
 * whoever migrates owns the tables and may do everything.
 */
export async function grantRoles(db: Database): Promise<void> {
  await db.transaction(async (tx) => {
    const roles = await tx.execute<{ name: string }>(
      sql`select rolname as name from pg_roles where ${inArray(sql`rolname`, processNames.map(roleOf))}`,
    );
    for (const table of taskTables) await tx.execute(sql.raw(readableRows(table)));
    for (const process of processNames) {
      const role = roleOf(process);
      if (!roles.rows.some(({ name }) => name === role)) continue;
      const tables = writtenTables[process].map((name) => `"${name}"`).join(", ");
      await tx.execute(
        sql.raw(`
        revoke all on all tables in schema public, pgboss from ${role};
        grant select on all tables in schema public, pgboss to ${role};
        grant insert, update, delete, truncate on ${tables} to ${role};
        grant usage on schema pgboss to ${role};
        ${rightsInQueue(process)}`),
      );
    }
  });
}

/** Whoever may read the table reads all of its rows, and changes none unless a policy lets it. */
function readableRows(table: string): string {
  return `
    alter table ${table} enable row level security;
    drop policy if exists readable on ${table};
    create policy readable on ${table} for select using (true);`;
}

/**
 * The worker does as it likes. Others queue their own tasks, change those of them that have not started, and put aside
 * failures of any, because what happens to a job gives all of its tasks another chance.
 */
function rightsInQueue(process: DatabaseProcess): string {
  const role = roleOf(process);
  if (process === "worker")
    return `grant insert, update, delete on all tables in schema pgboss to ${role};
      ${taskTables.map((table) => policy(table, role, "all", "using (true)")).join("")}`;
  const isOwn = `name in (${queuedTasks[process].map((name) => `'${name}'`).join(", ")})`;
  const rights = taskTables.map(
    (table) => `
      ${policy(table, role, "insert", `with check (${isOwn})`)}
      ${policy(table, role, "update", `using (${isOwn} and state < 'active') with check (${isOwn} and state < 'active')`)}
      ${policy(table, role, "delete", `using (name = '${failedQueue}')`)}`,
  );
  return `grant insert, update, delete on ${taskTables.join(", ")} to ${role}; ${rights.join("")}`;
}

function policy(table: string, role: string, command: string, rule: string): string {
  const name = `${role}_${command}`;
  return `drop policy if exists ${name} on ${table};
    create policy ${name} on ${table} for ${command} to ${role} ${rule};`;
}

function tablesOf(schema: object): string[] {
  return Object.values(schema)
    .filter((value) => is(value, PgTable))
    .map((table) => getTableName(table));
}
