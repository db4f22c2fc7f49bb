import type { ClientBase } from "pg";

export interface TableShape {
  /** As SQL names it: `"schema"."name"`. */
  table: string;
  /** Its columns without those that PostgreSQL computes. */
  columns: string[];
}

/** Kept by the migrations themselves, by triggers of the tables that they sum up, and for minutes only. */
const skipped = ["graphile_worker.migrations", "public.totals", "public.rate_limits"];

/** Every table that holds something of ours, the queue's included, those that others refer to first. */
export async function listTables(client: ClientBase): Promise<TableShape[]> {
  const { rows } = await client.query<{ schema: string; name: string; columns: string[] }>(`
    select columns.table_schema as schema, columns.table_name as name,
      array_agg(column_name::text order by ordinal_position) filter (where is_generated = 'NEVER') as columns
    from information_schema.columns
    join information_schema.tables using (table_schema, table_name)
    where table_schema in ('public', 'graphile_worker') and table_type = 'BASE TABLE'
    group by 1, 2
    order by (columns.table_name = '_private_jobs'), 1, 2`);
  return rows
    .filter(({ schema, name }) => !skipped.includes(`${schema}.${name}`))
    .map(({ schema, name, columns }) => ({
      table: `"${schema}"."${name}"`,
      columns: columns.map((column) => `"${column}"`),
    }));
}
