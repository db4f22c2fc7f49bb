import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { createApiClient } from "@trainchain/api-client";
import { connect } from "@trainchain/db";
import { roles, startEscrowChain, startPostgres, testWallet } from "@trainchain/testing";
import { createApp } from "../../apps/api/src/app.ts";
import { buildDeps } from "../../apps/api/src/build-deps.ts";
import { readEnv } from "../../apps/api/src/env.ts";
import { type RateLimits, routeClasses } from "../../apps/api/src/http/rate-limit.ts";
import { fillDatabase, type Scale } from "./load/fill-database.ts";
import { measureRoutes } from "./load/measure-routes.ts";

const full: Scale = { contributors: 100_000, jobs: 10_000, events: 1_000_000 };
const times = 100;

/** One client asks more often here than it may. */
const unhurried = Object.fromEntries(
  routeClasses.map((name) => [name, { limit: 1_000_000, windowMs: 60_000 }]),
) as RateLimits;

export default {
  name: "load",
  about: `every list of the API over ${full.contributors} contributors, ${full.jobs} jobs and ${full.events} events; one request at a time, ${times} a route`,
  async run([fraction = "1"]: string[] = []) {
    const scale = Object.fromEntries(
      Object.entries(full).map(([name, rows]) => [name, Math.ceil(rows * Number(fraction))]),
    ) as unknown as Scale;
    const [postgres, chain, dir] = await Promise.all([
      startPostgres(),
      startEscrowChain(),
      mkdtemp(join(tmpdir(), "trainchain-load-")),
    ]);
    const databaseUrl = await postgres.createDatabase();
    const { sql, close } = connect(databaseUrl, { poolSize: 1, statementTimeoutMs: 0 });
    const requester = chain.wallet(roles.requester);
    const contributor = chain.wallet(roles.firstContributor);
    await fillDatabase(sql, scale, { escrow: chain.escrow, requester, contributor });

    const { server, baseUrl, stop } = await serveApi(databaseUrl, chain.rpcUrl, chain.escrow, dir);
    const tokenOf = async (index: number) =>
      (await createApiClient({ baseUrl }).signIn(testWallet(index))).token;
    const tokens = [await tokenOf(roles.requester), await tokenOf(roles.firstContributor)];
    const ask = async (path: string) => {
      const token = path.startsWith("/me/contributions") ? tokens[1] : tokens[0];
      const response = await fetch(baseUrl + path, { headers: { authorization: `Bearer ${token}` } });
      if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
      return response.text();
    };
    const cursorOf = async (path: string) =>
      `${path}${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(JSON.parse(await ask(path)).nextCursor)}`;

    try {
      const pool = "/jobs/contributor-pool";
      const rows = await measureRoutes(
        sql,
        {
          "GET /jobs/contributor-pool": pool,
          "… second page": await cursorOf(pool),
          "… sort=completionRate": `${pool}?sort=completionRate`,
          "… sort=memberSince": `${pool}?sort=memberSince`,
          "… search=0xab": `${pool}?search=0xab`,
          "GET /jobs": "/jobs",
          "… second page ": await cursorOf("/jobs"),
          "… status=open": "/jobs?status=open",
          "… kind=image-classification": "/jobs?kind=image-classification",
          "GET /jobs/{jobId}": "/jobs/1",
          "GET /jobs/{jobId}/timeline": "/jobs/1/timeline",
          "GET /me/requests": "/me/requests",
          "GET /me/contributions": "/me/contributions",
          "GET /drafts": "/drafts",
          "GET /totals": "/totals",
        },
        times,
        ask,
      );
      const poolRow = rows[0];
      return { rows, ratios: { "contributor pool p99 / 20 ms": (poolRow?.p99Ms ?? 0) / 20 } };
    } finally {
      server.closeAllConnections();
      await stop();
      await close();
      await Promise.all([postgres.stop(), chain.stop()]);
      await rm(dir, { recursive: true, force: true });
    }
  },
};

/** The API as it is, but for how often one client may ask. */
async function serveApi(databaseUrl: string, rpcUrl: string, escrow: string, dir: string) {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const deps = await buildDeps(
    readEnv({
      DATABASE_URL: databaseUrl,
      RPC_URL: rpcUrl,
      CHAIN_ID: "80002",
      ESCROW_ADDRESS: escrow,
      AGGREGATOR_ADDRESS: escrow,
      PUBLIC_URL: baseUrl,
      DATA_DIR: dir,
      SEALING_SECRET: "5e".repeat(32),
      LOG_LEVEL: "silent",
    }),
  );
  const app = createApp({ ...deps, limits: { ...deps.limits, rates: unhurried } });
  server.on("request", getRequestListener(app.fetch));
  const stop = async () => {
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
    await deps.close();
  };
  return { server, baseUrl, stop };
}
