import { type SQL, sql as statement } from "drizzle-orm";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import pg, { type Pool } from "pg";
import { clientSettings } from "./client-settings.ts";
import { type Listener, type Listening, listen } from "./listen.ts";
import * as schema from "./schema/index.ts";
import { openSession, type Session } from "./session.ts";
import { transactionsOf } from "./transactions-of.ts";

/** The database handle that every query takes; a transaction is one too. */
export type Database = NodePgDatabase<typeof schema>;
export type Transaction = Parameters<Parameters<Database["transaction"]>[0]>[0];
export type Executor = Database | Transaction;

/** Sends one statement and gives its rows, as `db.execute` does: what is put in becomes a parameter. */
export type Sql = <Row extends Record<string, unknown> = Record<string, unknown>>(
  text: TemplateStringsArray,
  ...parameters: unknown[]
) => Promise<Row[]>;

export interface Connection {
  db: Database;
  /** The clients behind `db`, for texts that are no template: several statements at once, plans, COPY. */
  pool: Pool;
  sql: Sql;
  /** A client of its own beside the pool, for session locks. The caller ends it. */
  openSession(): Promise<Session>;
  /** Hears a channel, over every loss of the connection. */
  listen(channel: string, listener: Listener): Listening;
  close(): Promise<void>;
}

export interface ConnectOptions {
  poolSize?: number;
  /** 0: none. */
  statementTimeoutMs?: number;
  /** Told of every statement that is sent, with its parameters: benches look at the plans. */
  onStatement?: (text: string, parameters: unknown[]) => void;
}

/**
 * Opens a pool. Statements are bounded to `statementTimeoutMs`; bigint columns come back as bigint. A lost database
 * fails the statements that were under way, and those sent until it is back (`isDatabaseDown` tells): never the
 * process, and never a later statement.
 */
export function connect(
  url: string,
  { poolSize = 10, statementTimeoutMs = 30_000, onStatement }: ConnectOptions = {},
): Connection {
  const { settings, destroySockets } = clientSettings(url, statementTimeoutMs);
  const pool = new pg.Pool({ ...settings, max: poolSize, idleTimeoutMillis: 60_000 });
  // A client whose server goes away says so, whether it is idle or at work; its statements fail by themselves.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  const options = { schema, logger: onStatement ? { logQuery: onStatement } : false } as const;
  const db: Database = drizzle(pool, options);
  db.transaction = transactionsOf(pool, (client) => drizzle(client, options));
  const openOne = () => openSession(url);

  return {
    db,
    pool,
    sql: async <Row extends Record<string, unknown>>(
      text: TemplateStringsArray,
      ...parameters: unknown[]
    ) => {
      const query: SQL = statement(text, ...parameters);
      return (await db.execute(query)).rows as Row[];
    },
    openSession: openOne,
    listen: (channel, listener) => listen(openOne, channel, listener),
    async close() {
      const timer = setTimeout(destroySockets, closeWithinMs);
      await pool.end().finally(() => clearTimeout(timer));
    },
  };
}

/** How long statements under way may still take when their pool closes. */
const closeWithinMs = 5_000;
