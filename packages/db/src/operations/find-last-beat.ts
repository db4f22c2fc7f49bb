import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import type { DatabaseProcess } from "../roles.ts";

/** Seconds since any instance of a process last said that it works; undefined where none has within a day. */
export async function findLastBeat(db: Executor, process: DatabaseProcess): Promise<number | undefined> {
  const table = sql.identifier(`${process}_heartbeats`);
  const { rows } = await db.execute<{ seconds: string | null }>(
    sql`select extract(epoch from now() - max(seen_at)) as seconds from ${table}
      where seen_at > now() - interval '1 day'`,
  );
  const seconds = rows[0]?.seconds;
  return seconds === null || seconds === undefined ? undefined : Number(seconds);
}
