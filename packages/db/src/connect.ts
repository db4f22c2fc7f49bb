import type { Sql } from "postgres";
import { drizzle, postgres } from "./postgres-js.ts";
import * as schema from "./schema/index.ts";

/** The database handle that every query takes; a transaction is one too. */
export type Database = ReturnType<typeof drizzle<typeof schema>>;
export type Transaction = Parameters<Parameters<Database["transaction"]>[0]>[0];
export type Executor = Database | Transaction;

export interface Connection {
  db: Database;
  /** The raw client, for LISTEN and advisory locks. */
  sql: Sql;
  close(): Promise<void>;
}

export interface ConnectOptions {
  poolSize?: number;
  statementTimeoutMs?: number;
  /** Told of every statement that is sent, with its parameters: benches look at the plans. */
  onStatement?: (text: string, parameters: unknown[]) => void;
}

/** Opens a pool. Statements are bounded to `statementTimeoutMs`; bigint columns come back as bigint. */
export function connect(
  url: string,
  { poolSize = 10, statementTimeoutMs = 30_000, onStatement }: ConnectOptions = {},
): Connection {
  const sql = postgres(url, {
    max: poolSize,
    // Seconds between attempts; postgres.js waits for up to twenty when many statements have failed.
    backoff: () => 0.1 + Math.random() / 4,
    debug: onStatement ? (_, text, parameters) => onStatement(text, parameters) : false,
    onnotice: () => undefined,
    connection: { statement_timeout: statementTimeoutMs, application_name: "trainchain" },
  });
  return { db: drizzle(sql, { schema }), sql, close: () => sql.end({ timeout: 5 }) };
}
