import { createReadStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { TrainChainError } from "@trainchain/protocol";
import type { Sql, TransactionSql } from "postgres";
import { fileOf } from "./dump-tables.ts";
import { listTables } from "./list-tables.ts";

/** Fills the empty tables of a migrated database from what `dumpTables` wrote: all of it or nothing. */
export async function loadTables(sql: Sql, dir: string): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction`set local statement_timeout = 0`;
    const tables = await listTables(transaction);
    for (const { table } of tables) await assertEmpty(transaction, table);
    // The queue fills in its list of tasks by itself; what was dumped is the whole of it.
    for (const { table, columns } of tables) {
      const rows = await transaction.unsafe(`copy ${table} (${columns.join(", ")}) from stdin`).writable();
      await pipeline(createReadStream(join(dir, fileOf(table))), rows);
      await advanceSequences(transaction, table, columns);
    }
  });
}

async function assertEmpty(sql: TransactionSql, table: string): Promise<void> {
  const [row] = await sql.unsafe(`select exists (select from ${table}) as filled`);
  if (!row?.filled) return;
  throw new TrainChainError("conflict", `the database is not empty: ${table} has rows`, {
    fix: "Restore into a new database; nothing is ever overwritten.",
  });
}

/** The next number that a column gives itself comes after the restored ones. */
async function advanceSequences(sql: TransactionSql, table: string, columns: string[]): Promise<void> {
  for (const column of columns) {
    const [found] = await sql`select pg_get_serial_sequence(${table}, ${column.replaceAll('"', "")}) as name`;
    if (!found?.name) continue;
    await sql.unsafe(
      `select setval('${found.name}', greatest(max(${column}), 1), max(${column}) is not null) from ${table}`,
    );
  }
}
