import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ServerType } from "@hono/node-server";
import { createApiClient } from "@trainchain/api-client";
import { freePort, startEscrowChain, startPostgres, testWallet, writeModelsFile } from "@trainchain/testing";
import { createApp } from "../app.ts";
import { buildDeps } from "../build-deps.ts";
import type { Deps } from "../deps.ts";
import { readEnv } from "../env.ts";
import { type RateLimits, routeClasses } from "../http/rate-limit.ts";
import { serveApp } from "../http/serve-app.ts";
import { createObservations } from "./observations.ts";

const toyModel = fileURLToPath(new URL("../../../../trainer/toy-model", import.meta.url));
const sealingSecret = "5e".repeat(32);
/** A site of ours, from which browsers may sign in. */
export const webOrigin = "http://site.test";

/** A whole suite calls more often than one client may. */
const unhurriedRates = Object.fromEntries(
  routeClasses.map((name) => [name, { limit: 100_000, windowMs: 60_000 }]),
) as RateLimits;

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // The tests look into many shapes of answers.
  body: Record<string, unknown> & {
    error?: { code: string; message: string; fix: string; requestId: string };
  };
}

export interface CallOptions {
  as?: number | undefined;
  token?: string | undefined;
  json?: unknown;
  body?: BodyInit;
  headers?: Record<string, string>;
}

/** The API on a real port, with real PostgreSQL, chain and local storage; notes every status that a route answers. */
export async function startTestApi(escrow: Parameters<typeof startEscrowChain>[0] = {}) {
  const [postgres, chain, dir, port] = await Promise.all([
    startPostgres(),
    startEscrowChain(escrow),
    mkdtemp(join(tmpdir(), "trainchain-api-")),
    freePort(),
  ]);
  const databaseUrl = await postgres.createDatabase();
  const settings = {
    DATABASE_URL: databaseUrl,
    RPC_URL: chain.rpcUrl,
    CHAIN_ID: "80002",
    ESCROW_ADDRESS: chain.escrow,
    AGGREGATOR_ADDRESS: chain.wallet(1),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    WEB_ORIGINS: webOrigin,
    EXPLORER_URL: "https://explorer.test",
    DATA_DIR: dir,
    SEALING_SECRET: sealingSecret,
    MODELS_FILE: await writeModelsFile(dir, ["/models/toy", toyModel]),
    RELAY_ACCEPTANCES: "true",
    LEAST_SHARE_POL: "0",
    MAX_UPLOAD_BYTES: "1000000",
    MAX_ADAPTER_BYTES: "100000",
    LOG_LEVEL: "silent",
  };
  const built = await buildDeps(readEnv(settings));
  const streams = { ...built.limits.streams, perWallet: 3 };
  // A whole suite also leaves more behind than one client may.
  const quota = { uploads: 10_000, bytes: 10 ** 12, perNetwork: 1 };
  const limits = { ...built.limits, keepAliveMs: 50, streams, quota, rates: unhurriedRates };
  const deps: Deps = { ...built, limits };
  const observations = createObservations();
  const servers: ServerType[] = [];

  /** Serves the app with other dependencies, such as a database that is down. Returns its address. */
  async function serveWith(changes: Partial<Deps>, atPort = 0): Promise<string> {
    const app = createApp({ ...deps, ...changes });
    const fetch = async (request: Request, env: object) => {
      const response = await app.fetch(request, env);
      observations.note(request.method, new URL(request.url).pathname, response.status);
      return response;
    };
    const at = { hostname: "127.0.0.1", port: atPort };
    const { connections } = { ...deps, ...changes }.limits;
    const { server, address } = await serveApp(fetch, at, connections);
    servers.push(server);
    return `http://127.0.0.1:${address.port}`;
  }

  const baseUrl = await serveWith({}, port);
  observations.declare(await (await fetch(`${baseUrl}/openapi.json`)).json());
  const tokens = new Map<number, string>();

  /** The token of a test wallet's session. */
  async function tokenOf(index: number): Promise<string> {
    const known = tokens.get(index);
    if (known) return known;
    const { token } = await createApiClient({ baseUrl }).signIn(testWallet(index));
    tokens.set(index, token);
    return token;
  }

  async function call(
    method: string,
    path: string,
    options: CallOptions & { at?: string } = {},
  ): Promise<Answer> {
    const { as, at = baseUrl, json, body, headers = {} } = options;
    const token = options.token ?? (as === undefined ? undefined : await tokenOf(as));
    const response = await fetch(at + path, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(json === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      body: json === undefined ? (body ?? null) : JSON.stringify(json),
      redirect: "manual",
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parse(text) };
  }

  return {
    baseUrl,
    databaseUrl,
    chain,
    deps,
    db: deps.connection.db,
    sql: deps.connection.sql,
    escrow: chain.escrow,
    observations,
    serveWith,
    tokenOf,
    call,
    wallet: chain.wallet,
    client: async (index: number) => createApiClient({ baseUrl, token: await tokenOf(index) }),
    async stop() {
      for (const server of servers) {
        if ("closeAllConnections" in server) server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
      await built.close();
      await Promise.all([postgres.stop(), chain.stop()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export type TestApi = Awaited<ReturnType<typeof startTestApi>>;

function parse(text: string): Answer["body"] {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
