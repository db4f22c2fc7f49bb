import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, type Postgres, startPostgres } from "@trainchain/testing";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Connection, connect } from "./connect.ts";

let dir: string;
let postgres: Postgres;
let server: { dataDir: string; port: number };
let connection: Connection;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "trainchain-restarts-"));
  server = { dataDir: join(dir, "data"), port: await freePort() };
  postgres = await startPostgres(server);
  connection = connect(postgres.url("postgres"), { poolSize: 2 });
});
afterAll(async () => {
  await connection?.close();
  await postgres?.stop();
  await rm(dir, { recursive: true, force: true });
});

it("a transaction whose connection is ended fails, and its connection opens again", async () => {
  const other = connect(postgres.url("postgres"), { poolSize: 1 });
  for (let turn = 0; turn < 4; turn += 1) {
    const ended = connection.db.transaction(async (tx) => {
      const [own] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
      await other.sql`select pg_terminate_backend(${own?.pid ?? 0})`;
      for (;;) await tx.execute(sql`select pg_sleep(0.01)`);
    });
    await expect(ended).rejects.toBeInstanceOf(Error);
  }
  expect(await connection.sql`select 1 as one`).toEqual([{ one: 1 }]);
  await other.close();
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
          ([row]) => (row?.index === index ? "its answer" : "another's answer"),
          () => "failed",
        ),
      );
    }
  });
  for (let restart = 0; restart < 4; restart += 1) {
    await postgres.stop();
    postgres = await startPostgres(server);
    await connection.sql`select 1`.catch(() => undefined);
    await expect
      .poll(() => connection.sql`select 1 as one`.catch(() => []), { timeout: 10_000 })
      .toEqual([{ one: 1 }]);
  }
  asking = false;
  await Promise.all(askers);
  expect(new Set(answers)).toEqual(new Set(["its answer", "failed"]));
  const both = await Promise.all([1, 2, 3, 4].map((n) => connection.sql`select ${n}::int as n`));
  expect(both.flat()).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }]);
});
