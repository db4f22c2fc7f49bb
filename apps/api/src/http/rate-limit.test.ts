import { connect } from "@trainchain/db";
import { freePort, startPostgres } from "@trainchain/testing";
import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { createRateLimiter, type RateLimits, routeClasses, routeClassOf } from "./rate-limit.ts";

const rates = Object.fromEntries(
  routeClasses.map((name) => [name, { limit: 10, windowMs: 600_000 }]),
) as RateLimits;

it("counts each caller once for all processes, by kind of request, and says how long to wait", async () => {
  const postgres = await startPostgres();
  const url = await postgres.createDatabase();
  const connections = [connect(url), connect(url)];
  const [here, there] = connections.map(({ pool }) => createRateLimiter(pool, rates));
  const takes = await Promise.all(
    Array.from({ length: 14 }, (_, at) => (at % 2 ? here! : there!).take("read", "wallet", "0xa")),
  );
  expect(takes.filter((waitMs) => waitMs === 0)).toHaveLength(10);
  const waitMs = await there!.take("read", "wallet", "0xa");
  expect(waitMs).toBeGreaterThan(500_000);
  expect(waitMs).toBeLessThanOrEqual(600_000);
  expect(await here!.take("write", "wallet", "0xa")).toBe(0);
  expect(await here!.take("read", "wallet", "0xb")).toBe(0);
  const networks = await Promise.all(
    Array.from({ length: 51 }, () => here!.take("read", "network", "192.0.2.1")),
  );
  expect(networks.filter((wait) => wait === 0)).toHaveLength(50);

  const { db } = connections[0]!;
  const counted = await db.execute(sql`select points from rate_limits where key = 'read/wallet:0xa'`);
  // Whoever has nothing left is refused without another question to the database.
  await Promise.all(Array.from({ length: 100 }, () => here!.take("read", "wallet", "0xa")));
  expect((await db.execute(sql`select points from rate_limits where key = 'read/wallet:0xa'`)).rows).toEqual(
    counted.rows,
  );
  await Promise.all(connections.map(({ close }) => close()));
  await postgres.stop();
});

it("goes on counting in memory while the database is away", async () => {
  const { pool, close } = connect(`postgres://nobody@127.0.0.1:${await freePort()}/none`);
  const limiter = createRateLimiter(pool, rates);
  const takes: number[] = [];
  for (let count = 0; count < 12; count++) takes.push(await limiter.take("login", "wallet", "0xa"));
  expect(takes.filter((waitMs) => waitMs === 0)).toHaveLength(10);
  await close();
});

it.each([
  ["POST", "/auth/login", "login"],
  ["PATCH", "/uploads/1", "upload"],
  ["GET", "/uploads-status/1", "read"],
  ["GET", "/jobs/1/result", "download"],
  ["GET", "/ipfs/bafy", "download"],
  ["GET", "/jobs/1/adapters/0", "download"],
  ["GET", "/tokenizer", "download"],
  ["POST", "/jobs/1/progress", "progress"],
  ["POST", "/jobs/submit-adapter", "write"],
])("%s %s counts as %s", (method, path, expected) => {
  expect(routeClassOf(method, path)).toBe(expected);
});
