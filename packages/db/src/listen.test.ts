import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, type Postgres, startPostgres } from "@trainchain/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Connection, connect } from "./connect.ts";

let dir: string;
let postgres: Postgres;
let server: { dataDir: string; port: number };
let connection: Connection;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "trainchain-listen-"));
  server = { dataDir: join(dir, "data"), port: await freePort() };
  postgres = await startPostgres(server);
  connection = connect(postgres.url("postgres"), { poolSize: 1 });
});
afterAll(async () => {
  await connection?.close();
  await postgres?.stop();
  await rm(dir, { recursive: true, force: true });
});

/** Listens to a channel; counts how often that has begun and keeps what was heard. */
function listenTo(channel: string) {
  const heard: string[] = [];
  let begun = 0;
  const listening = connection.listen(channel, {
    onNotification: (payload) => heard.push(payload),
    onListening: () => {
      begun += 1;
    },
  });
  return { heard, begun: () => begun, ...listening };
}

const notify = (channel: string, payload: string) => connection.sql`select pg_notify(${channel}, ${payload})`;

it("hears its channel alone, whatever its name", async () => {
  const [one, other] = [listenTo('a "quoted" Name'), listenTo("other")];
  await expect.poll(() => one.begun() + other.begun()).toBe(2);
  await notify('a "quoted" Name', "first");
  await notify("other", "");
  await expect.poll(() => [one.heard, other.heard]).toEqual([["first"], [""]]);
  await Promise.all([one.stop(), other.stop()]);
});

it("listens again after every loss of its connection, and says so each time", async () => {
  const { heard, begun, isHearing, stop } = listenTo("news");
  for (let turn = 1; turn <= 3; turn += 1) {
    await expect.poll(begun).toBe(turn);
    await notify("news", String(turn));
    await expect.poll(() => heard).toHaveLength(turn);
    if (turn === 1)
      await connection.sql`select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %'`;
    else {
      await postgres.stop();
      postgres = await startPostgres(server);
    }
  }
  await expect.poll(begun).toBe(4);
  expect(isHearing()).toBe(true);
  await stop();
  expect(isHearing()).toBe(false);
});

it("begins when the database comes, and stops without it", async () => {
  const lost = listenTo("lost");
  await expect.poll(lost.isHearing).toBe(true);
  await postgres.stop();
  await expect.poll(lost.isHearing).toBe(false);
  await lost.stop();
  const [early, never] = [listenTo("early"), listenTo("never")];
  expect(early.isHearing()).toBe(false);
  await never.stop();
  postgres = await startPostgres(server);
  await expect.poll(early.begun).toBe(1);
  await early.stop();
  expect(never.begun()).toBe(0);
  const listeners = await connection.sql`select from pg_stat_activity where query like 'listen %'`;
  expect(listeners).toHaveLength(0);
});
