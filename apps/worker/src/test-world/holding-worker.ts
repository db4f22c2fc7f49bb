import { pino } from "pino";
import { runQueue } from "../run-queue.ts";
import { tasksOf } from "./tasks-of.ts";

/** A worker whose tasks never end: for tests that kill it. */
await runQueue({
  databaseUrl: process.env.DATABASE_URL ?? "",
  tasks: tasksOf(() => new Promise(() => undefined)),
  concurrency: 1,
  log: pino({ level: "silent" }),
  signal: new AbortController().signal,
});
