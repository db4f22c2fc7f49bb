import { performance } from "node:perf_hooks";
import type { Connection } from "@trainchain/db";
import { findWholeReads, type Statement } from "./find-whole-reads.ts";
import { percentiles } from "./percentiles.ts";

export interface MeasuredRoute {
  route: string;
  p50Ms: number;
  p99Ms: number;
  answerKb: number;
  /** Big tables that a statement of the route reads whole. */
  readWhole: string;
}

const warmUps = 5;

/** Asks for each path `times` times, one after the other, then looks at the plans of the statements that it led to. */
export async function measureRoutes(
  connection: Connection,
  paths: Record<string, string>,
  { times, ask, sent }: { times: number; ask: (path: string) => Promise<string>; sent: Statement[] },
): Promise<MeasuredRoute[]> {
  const measured: MeasuredRoute[] = [];
  for (const [route, path] of Object.entries(paths)) {
    sent.length = 0;
    for (let turn = 0; turn < warmUps; turn += 1) await ask(path);
    const statements = [...sent];
    const took: number[] = [];
    let answer = "";
    for (let turn = 0; turn < times; turn += 1) {
      const begun = performance.now();
      answer = await ask(path);
      took.push(performance.now() - begun);
    }
    const row = {
      route,
      ...percentiles(took),
      answerKb: Math.round(answer.length / 102.4) / 10,
      readWhole: (await findWholeReads(connection, statements)).join(", "),
    };
    console.error(`${route}: p50 ${row.p50Ms} ms, p99 ${row.p99Ms} ms`);
    measured.push(row);
  }
  return measured;
}
