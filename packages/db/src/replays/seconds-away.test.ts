import { useDatabase } from "@trainchain/testing/use-database";
import { expect, it } from "vitest";
import { secondsAway } from "./seconds-away.ts";

const connection = useDatabase();

const minutesAgo = (minutes: number) => new Date(Date.now() - 60_000 * minutes);
const beats = (instance: string, from: number, until: number) =>
  connection.sql`insert into api_heartbeats (instance, started_at, seen_at)
    values (${instance}, ${minutesAgo(from).toISOString()}, ${minutesAgo(until).toISOString()})`;
const minutesAway = async (since: number) =>
  Math.round((await secondsAway(connection.db, "api", minutesAgo(since))) / 60);

it("a process that never said anything was away all the time, and not yet in the time to come", async () => {
  expect(await minutesAway(30)).toBe(30);
  expect(await minutesAway(-30)).toBe(0);
});

it("what counts is when no instance said that it works, but for a minute after each", async () => {
  await beats("first", 100, 71);
  await beats("second", 80, 61);
  await beats("third", 30, 0);
  expect(await minutesAway(100)).toBe(30);
  expect(await minutesAway(45)).toBe(15);
  expect(await minutesAway(65)).toBe(30);
  expect(await minutesAway(10)).toBe(0);
});

it("time without room for adapters is time away for them, and for nothing else", async () => {
  await connection.sql`delete from api_heartbeats`;
  await beats("room", 60, 41);
  await connection.sql`insert into api_heartbeats (instance, started_at, seen_at, takes_adapters)
    values ('full', ${minutesAgo(40).toISOString()}, ${minutesAgo(0).toISOString()}, false)`;
  const away = (forAdapters: boolean) =>
    secondsAway(connection.db, "api", minutesAgo(60), { forAdapters }).then((s) => Math.round(s / 60));
  expect([await away(false), await away(true)]).toEqual([0, 40]);
});
