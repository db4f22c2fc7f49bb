import { pgTable, text } from "drizzle-orm/pg-core";
import { moment } from "./columns.ts";

/*
 * From when to when each running process said without a pause that it works: a table each, because each table has one
 * writer. A process that was silent for long begins another row.
 */

const heartbeats = (name: string) =>
  pgTable(name, {
    instance: text("instance").primaryKey(),
    startedAt: moment("started_at").notNull().defaultNow(),
    seenAt: moment("seen_at").notNull(),
  });

export const apiHeartbeats = heartbeats("api_heartbeats");
export const indexerHeartbeats = heartbeats("indexer_heartbeats");
export const workerHeartbeats = heartbeats("worker_heartbeats");
