import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Sql, TransactionSql } from "postgres";
import { listTables } from "./list-tables.ts";

/**
 * Writes every table to `dir`, a file of PostgreSQL's text COPY each, as all of them stood at one moment: whatever
 * is written meanwhile is not in it. `inspect` sees the same moment.
 * @returns the names of the files' tables.
 */
export async function dumpTables(
  sql: Sql,
  dir: string,
  inspect: (snapshot: TransactionSql) => Promise<void>,
): Promise<string[]> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  return sql.begin("isolation level repeatable read read only", async (snapshot) => {
    await snapshot`set local statement_timeout = 0`;
    const tables = await listTables(snapshot);
    for (const { table, columns } of tables) {
      const rows = await snapshot.unsafe(`copy ${table} (${columns.join(", ")}) to stdout`).readable();
      await pipeline(rows, createWriteStream(join(dir, fileOf(table)), { mode: 0o600 }));
    }
    await inspect(snapshot);
    return tables.map(({ table }) => table);
  });
}

/** `"public"."jobs"` lies in `public.jobs.copy`. */
export function fileOf(table: string): string {
  return `${table.replaceAll('"', "")}.copy`;
}
