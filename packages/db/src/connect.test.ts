import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, type Postgres, startPostgres } from "@trainchain/testing";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Connection, connect } from "./connect.ts";
import { isDatabaseDown } from "./is-database-down.ts";

const poolSize = 2;
let dir: string;
let postgres: Postgres;
let server: { dataDir: string; port: number };
let connection: Connection;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "trainchain-restarts-"));
  server = { dataDir: join(dir, "data"), port: await freePort() };
  postgres = await startPostgres(server);
  connection = connect(postgres.url("postgres"), { poolSize });
});
afterAll(async () => {
  await connection?.close();
  await postgres?.stop();
  await rm(dir, { recursive: true, force: true });
});

/** Ends the connection that asks, as a server that goes away does. */
const endItself = sql`select pg_terminate_backend(pg_backend_pid())`;

it("a transaction whose connection is ended fails as a lost database, wherever it had come", async () => {
  for (let turn = 0; turn < 2 * poolSize; turn += 1) {
    const ended = connection.db.transaction(async (tx) => {
      await tx.execute(endItself).catch(() => undefined);
      await tx.execute(sql`select 1`);
    });
    expect(isDatabaseDown(await ended.catch((error: unknown) => error))).toBe(true);
  }
  expect(await connection.sql`select 1 as one`).toEqual([{ one: 1 }]);
});

it("a connection that ends between two transactions takes no place of the pool", async () => {
  for (let turn = 0; turn < 2 * poolSize; turn += 1) {
    const client = await connection.pool.connect();
    // Ended by somebody else while nothing is asked of it; its end is on the way when it is given back.
    const { rows } = await client.query("select pg_backend_pid() as pid");
    await connection.sql`select pg_terminate_backend(${rows[0].pid}::int)`;
    client.release();
    await connection.db.transaction((tx) => tx.execute(sql`select 1`)).catch(() => undefined);
  }
  expect(connection.pool.totalCount).toBe(connection.pool.idleCount);
});

it("a transaction that its own work refuses keeps its connection", async () => {
  const pidOf = async () => (await connection.sql`select pg_backend_pid() as pid`)[0]?.pid;
  await Promise.all(Array.from({ length: poolSize }, pidOf));
  const held = connection.pool.totalCount;
  const refused = connection.db.transaction(async (tx) => {
    await tx.execute(sql`create table kept (n int)`);
    throw new Error("refused");
  });
  await expect(refused).rejects.toThrow("refused");
  expect(connection.pool.totalCount).toBe(held);
  expect(await connection.sql`select to_regclass('kept') as kept`).toEqual([{ kept: null }]);
});

it("an error of the statement is none of the database", async () => {
  for (const statement of [sql`select 1 / 0`, sql`select nothing`])
    expect(isDatabaseDown(await connection.db.execute(statement).catch((error: unknown) => error))).toBe(
      false,
    );
});

it("a statement that takes too long is broken off, as its own fault, and its connection serves others", async () => {
  const hurried = connect(postgres.url("postgres"), { poolSize: 1, statementTimeoutMs: 200 });
  for (const late of [
    () => hurried.db.execute(sql`select pg_sleep(60)`),
    () => hurried.db.transaction((tx) => tx.execute(sql`select pg_sleep(60)`)),
  ]) {
    const error = await late().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ cause: { code: "57014" } });
    expect(isDatabaseDown(error)).toBe(false);
  }
  expect(await hurried.sql`select 1 as one`).toEqual([{ one: 1 }]);
  await hurried.close();
});

it("restarts under statements and transactions fail those alone, and each gets its own answer", async () => {
  let asking = true;
  const answers: unknown[] = [];
  const askers = Array.from({ length: 6 }, async (_, index) => {
    while (asking) {
      const asked =
        index % 2 === 0
          ? connection.db.transaction(async (tx) => {
              await tx.execute(sql`select pg_sleep(0.02)`);
              return tx.execute(sql`select ${index}::int as index`);
            })
          : connection.db.execute(sql`select ${index}::int as index`);
      answers.push(
        await asked.then(
          ({ rows }) => (rows[0]?.index === index ? "its answer" : "another's answer"),
          (error) => (isDatabaseDown(error) ? "no database" : error),
        ),
      );
    }
  });
  for (let restart = 0; restart < 9; restart += 1) {
    await postgres.stop();
    if (restart % 3 === 0) await expect.poll(() => answers.at(-1)).toBe("no database");
    postgres = await startPostgres(server);
    if (restart % 3 === 2) await expect.poll(() => answers.at(-1)).toBe("its answer");
  }
  asking = false;
  await Promise.all(askers);
  expect(new Set(answers)).toEqual(new Set(["its answer", "no database"]));
  expect(connection.pool.totalCount).toBe(connection.pool.idleCount);
});
