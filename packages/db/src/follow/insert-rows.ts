import { getTableColumns, type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import type { Executor } from "../connect.ts";

/** Far below the 256 MB that one jsonb value holds. */
const rowsPerStatement = 50_000;

/**
 * Inserts rows by one statement with one parameter, their JSON: a statement with a parameter for each value takes
 * no more than 65,535 of them, and most of its time to be put together. A missing value is stored as null.
 */
export async function insertRows<Table extends PgTable>(
  db: Executor,
  table: Table,
  rows: readonly Table["$inferInsert"][],
  onConflict: SQL = sql``,
): Promise<void> {
  const columns = Object.entries(getTableColumns(table)).filter(([, column]) => !column.generated);
  const names = sql.join(
    columns.map(([, { name }]) => sql.identifier(name)),
    sql`, `,
  );
  const asStored = (row: Table["$inferInsert"]) =>
    Object.fromEntries(columns.map(([key, { name }]) => [name, row[key as keyof typeof row]]));
  for (let start = 0; start < rows.length; start += rowsPerStatement) {
    const json = JSON.stringify(rows.slice(start, start + rowsPerStatement).map(asStored), bigintAsString);
    await db.execute(sql`
      insert into ${table} (${names})
      select ${names} from jsonb_populate_recordset(null::${table}, ${json}::jsonb) ${onConflict}`);
  }
}

/** JSON holds no whole number beyond 2^53; PostgreSQL reads the digits. */
function bigintAsString(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
