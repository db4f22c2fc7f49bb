import type { ClientBase } from "pg";

export interface TableShape {
  /** As SQL names it: `"schema"."name"`. */
  table: string;
  /** Its columns without those that PostgreSQL computes. */
  columns: string[];
}

/** Every table that holds something of ours, the queued tasks included. */
export async function listTables(client: ClientBase): Promise<TableShape[]> {
  const { rows } = await client.query<{ schema: string; name: string; columns: string[] }>(`
    select columns.table_schema as schema, columns.table_name as name,
      array_agg(column_name::text order by ordinal_position) filter (where is_generated = 'NEVER') as columns
    from information_schema.columns
    join information_schema.tables using (table_schema, table_name)
    where table_type = 'BASE TABLE'
      -- Not those that triggers keep, or that last for minutes; of the queue's, its migrations keep the others.
      and (table_schema = 'public' and table_name not in ('totals', 'rate_limits')
          and table_name not like '%_heartbeats'
        or table_schema = 'pgboss' and table_name = 'job_common')
    group by 1, 2
    order by 1 desc, 2`);
  return rows.map(({ schema, name, columns }) => ({
    table: `"${schema}"."${name}"`,
    columns: columns.map((column) => `"${column}"`),
  }));
}
