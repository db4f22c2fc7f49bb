import { boolean, pgTable, text } from "drizzle-orm/pg-core";
import { moment } from "./columns.ts";

/*
 * From when to when each running process said without a pause that it works: a table each, because each table has one
 * writer. A process that was silent for long begins another row.
 */

const beats = () => ({
  instance: text("instance").primaryKey(),
  startedAt: moment("started_at").notNull().defaultNow(),
  seenAt: moment("seen_at").notNull(),
});

export const apiHeartbeats = pgTable("api_heartbeats", {
  ...beats(),
  /** Whether its disk has room for adapters; what is left where it has none is for states of trainings. */
  takesAdapters: boolean("takes_adapters").notNull().default(true),
});
export const indexerHeartbeats = pgTable("indexer_heartbeats", beats());
export const workerHeartbeats = pgTable("worker_heartbeats", {
  ...beats(),
  /** Whether it has parts of trainings done again, for jobs that ask for it. */
  replays: boolean("replays").notNull().default(true),
  /** Whether it sends notices by e-mail. */
  mails: boolean("mails").notNull().default(false),
});
