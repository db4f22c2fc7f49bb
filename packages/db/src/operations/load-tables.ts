import { createReadStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { TrainChainError } from "@trainchain/protocol";
import type { ClientBase, Pool } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { fileOf } from "./dump-tables.ts";
import { listTables } from "./list-tables.ts";

/** Fills the empty tables of a migrated database from what `dumpTables` wrote: all of it or nothing. */
export async function loadTables(pool: Pool, dir: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const tables = await listTables(client);
    for (const { table } of tables) await assertEmpty(client, table);
    for (const { table, columns } of tables) {
      const rows = client.query(copyFrom(`copy ${table} (${columns.join(", ")}) from stdin`));
      await pipeline(createReadStream(join(dir, fileOf(table))), rows);
      await advanceSequences(client, table, columns);
    }
    await client.query("commit");
  } finally {
    // What was not committed ends with the connection.
    client.release(true);
  }
}

async function assertEmpty(client: ClientBase, table: string): Promise<void> {
  const { rows } = await client.query(`select exists (select from ${table}) as filled`);
  if (!rows[0]?.filled) return;
  throw new TrainChainError("conflict", `the database is not empty: ${table} has rows`, {
    fix: "Restore into a new database; nothing is ever overwritten.",
  });
}

/** The next number that a column gives itself comes after the restored ones. */
async function advanceSequences(client: ClientBase, table: string, columns: string[]): Promise<void> {
  for (const column of columns) {
    const name = column.replaceAll('"', "");
    const { rows } = await client.query("select pg_get_serial_sequence($1, $2) as sequence", [table, name]);
    const sequence = rows[0]?.sequence;
    if (!sequence) continue;
    await client.query(
      `select setval('${sequence}', greatest(max(${column}), 1), max(${column}) is not null) from ${table}`,
    );
  }
}
