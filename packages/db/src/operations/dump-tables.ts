import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { ClientBase, Pool } from "pg";
import { to as copyTo } from "pg-copy-streams";
import { listTables } from "./list-tables.ts";

/**
 * Writes every table to `dir`, a file of PostgreSQL's text COPY each, as all of them stood at one moment: whatever
 * is written meanwhile is not in it. `inspect` sees the same moment.
 * @returns the names of the files' tables.
 */
export async function dumpTables(
  pool: Pool,
  dir: string,
  inspect: (snapshot: ClientBase) => Promise<void>,
): Promise<string[]> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const snapshot = await pool.connect();
  try {
    await snapshot.query("begin isolation level repeatable read read only");
    const tables = await listTables(snapshot);
    for (const { table, columns } of tables) {
      const rows = snapshot.query(copyTo(`copy ${table} (${columns.join(", ")}) to stdout`));
      await pipeline(rows, createWriteStream(join(dir, fileOf(table)), { mode: 0o600 }));
    }
    await inspect(snapshot);
    return tables.map(({ table }) => table);
  } finally {
    // Ends the transaction with the connection.
    snapshot.release(true);
  }
}

/** `"public"."jobs"` lies in `public.jobs.copy`. */
export function fileOf(table: string): string {
  return `${table.replaceAll('"', "")}.copy`;
}
