import { readFile } from "node:fs/promises";
import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";

const journal = new URL("../migrations/meta/_journal.json", import.meta.url);

export interface SchemaVersion {
  /** Migrations that the database has had. */
  applied: number;
  /** Migrations that this code knows. */
  known: number;
}

/** How far the database's schema has come; nothing is applied where it was never migrated. */
export async function findSchemaVersion(db: Executor): Promise<SchemaVersion> {
  const { entries } = JSON.parse(await readFile(journal, "utf8")) as { entries: unknown[] };
  const { rows: there } = await db.execute<{ found: string | null }>(
    sql`select to_regclass('drizzle.__drizzle_migrations')::text as found`,
  );
  if (!there[0]?.found) return { applied: 0, known: entries.length };
  const { rows } = await db.execute<{ applied: string }>(
    sql`select count(*) as applied from drizzle.__drizzle_migrations`,
  );
  return { applied: Number(rows[0]?.applied ?? 0), known: entries.length };
}
