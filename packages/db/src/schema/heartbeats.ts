import { pgTable, text } from "drizzle-orm/pg-core";
import { moment } from "./columns.ts";

/* When each running process last said that it works: a table each, because each table has one writer. */

const heartbeats = (name: string) =>
  pgTable(name, {
    /** One start of the process. */
    instance: text("instance").primaryKey(),
    seenAt: moment("seen_at").notNull(),
  });

export const apiHeartbeats = heartbeats("api_heartbeats");
export const indexerHeartbeats = heartbeats("indexer_heartbeats");
export const workerHeartbeats = heartbeats("worker_heartbeats");
