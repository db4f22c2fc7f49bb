import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import type { Sql } from "postgres";

export interface MeasuredRoute {
  route: string;
  p50Ms: number;
  p99Ms: number;
  answerKb: number;
  /** Big tables that were read whole, with rows read a request. */
  scans: string;
}

/** PostgreSQL's statistics reach the shared view about a second after the work. */
const statisticsDelayMs = 2_500;
const bigTableRows = 9_000;

/** Asks for each path `times` times, one after the other, and looks at which tables were read whole meanwhile. */
export async function measureRoutes(
  sql: Sql,
  paths: Record<string, string>,
  times: number,
  ask: (path: string) => Promise<string>,
): Promise<MeasuredRoute[]> {
  const measured: MeasuredRoute[] = [];
  for (const [route, path] of Object.entries(paths)) {
    for (let warmUp = 0; warmUp < 5; warmUp += 1) await ask(path);
    await pause(statisticsDelayMs);
    const before = await readScans(sql);
    const took: number[] = [];
    let answer = "";
    for (let turn = 0; turn < times; turn += 1) {
      const begun = performance.now();
      answer = await ask(path);
      took.push(performance.now() - begun);
    }
    await pause(statisticsDelayMs);
    const after = await readScans(sql);
    took.sort((a, b) => a - b);
    const row = {
      route,
      p50Ms: round(took[Math.floor(times * 0.5)] ?? 0),
      p99Ms: round(took[Math.floor(times * 0.99)] ?? 0),
      answerKb: round(answer.length / 1_024),
      scans: differences(before, after, times),
    };
    console.error(`${route}: p50 ${row.p50Ms} ms, p99 ${row.p99Ms} ms`);
    measured.push(row);
  }
  return measured;
}

async function readScans(sql: Sql): Promise<Map<string, number>> {
  const rows = await sql<{ table: string; read: string }[]>`
    select relname as table, seq_tup_read as read from pg_stat_user_tables where n_live_tup >= ${bigTableRows}`;
  return new Map(rows.map(({ table, read }) => [table, Number(read)]));
}

function differences(before: Map<string, number>, after: Map<string, number>, times: number): string {
  return [...after]
    .map(([table, read]) => ({ table, rows: Math.round((read - (before.get(table) ?? 0)) / times) }))
    .filter(({ rows }) => rows > 0)
    .map(({ table, rows }) => `${table} (${rows})`)
    .join(", ");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
