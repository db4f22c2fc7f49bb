import { sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { intervalMs, silenceMs } from "../keep-beating.ts";
import type { DatabaseProcess } from "../roles.ts";

/**
 * For how many seconds since a moment no instance of a process said that it works, or with `forAdapters` that of the API
 * none had room for adapters; 0 where the moment is to come. Who has said so is taken to work for a minute, and with
 * `atMost` only until it would have said so again.
 */
export async function secondsAway(
  db: Executor,
  process: DatabaseProcess,
  since: Date,
  { forAdapters = false, atMost = false }: { forAdapters?: boolean; atMost?: boolean } = {},
): Promise<number> {
  const counts = forAdapters ? sql`takes_adapters` : sql`true`;
  const [table, from] = [sql.identifier(`${process}_heartbeats`), sql`${since.toISOString()}::timestamptz`];
  const heardMs = atMost ? intervalMs : silenceMs;
  const until = sql`least(now(), seen_at + ${heardMs} * interval '1 millisecond')`;
  const { rows } = await db.execute<{ seconds: string }>(sql`
    select greatest(0, extract(epoch from now() - ${from})) - coalesce(sum(extract(epoch from upper(span) - lower(span))), 0) as seconds
    from (
      select unnest(range_agg(tstzrange(greatest(started_at, ${from}), ${until}))) as span
      from ${table} where ${counts} and started_at < ${until} and ${until} > ${from}
    ) as spans`);
  return Number(rows[0]?.seconds ?? 0);
}
