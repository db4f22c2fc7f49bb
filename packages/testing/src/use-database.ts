import { type Connection, type ConnectOptions, connect } from "@trainchain/db";
import { afterAll, beforeAll } from "vitest";
import { startPostgres } from "./postgres.ts";

/** A database with the newest schema, and a connection to it, from the first test of a file to the last. */
export interface TestDatabase extends Pick<Connection, "db" | "pool" | "sql"> {
  url: string;
}

/** Starts a server for the tests of the calling file; what it returns may be read once its hooks and tests run. */
export function useDatabase(options?: ConnectOptions): TestDatabase {
  let url = "";
  let connection: Connection | undefined;
  let stop: (() => Promise<void>) | undefined;
  beforeAll(async () => {
    const postgres = await startPostgres();
    stop = postgres.stop;
    url = await postgres.createDatabase();
    connection = connect(url, options);
  });
  afterAll(async () => {
    await connection?.close();
    await stop?.();
  });
  const opened = () => {
    if (connection) return connection;
    throw new Error("the database is there once the file's tests run");
  };
  return {
    get url() {
      return url;
    },
    get db() {
      return opened().db;
    },
    get pool() {
      return opened().pool;
    },
    get sql() {
      return opened().sql;
    },
  };
}
