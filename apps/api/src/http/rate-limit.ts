import type { Connection } from "@trainchain/db";
import { TrainChainError } from "@trainchain/protocol";
import type { Context, MiddlewareHandler } from "hono";
import {
  type RateLimiterLike,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRes,
  RLWrapperTimeouts,
} from "rate-limiter-flexible";
import type { AppEnv } from "./app-env.ts";
import { clientNetworks } from "./client-address.ts";

export const routeClasses = [
  "login",
  "read",
  "write",
  "progress",
  "upload",
  "download",
  "trial",
  "webhook",
  "mail",
] as const;
export type RouteClass = (typeof routeClasses)[number];
export type RateLimits = Record<RouteClass, { limit: number; windowMs: number }>;

/** Who is counted: a wallet, the network that a request comes from, the site whose networks these are, or whom an e-mail is for. */
const parties = ["wallet", "network", "site", "mailbox"] as const;
type Party = (typeof parties)[number];

/** Several wallets may share an address: a household, an office, or two agents on one machine. */
const sharesOf: Record<Party, number> = { wallet: 1, network: 5, site: 20, mailbox: 1 };

/** A count that takes longer is made in memory: a database that hangs must not hold requests up twice. */
const countWithinMs = 500;

/** Counts what callers do, for all processes of the platform together. */
export interface RateLimiter {
  /** Takes one; returns how long to wait (ms) when nothing is left, else 0. */
  take(routeClass: RouteClass, party: Party, name: string): Promise<number>;
}

/**
 * Counts in the table `rate_limits`; while the database is away, in this process's memory. Whoever has nothing left is
 * refused from memory too, without asking the database.
 */
export function createRateLimiter(pool: Connection["pool"], rates: RateLimits): RateLimiter {
  const limiters = new Map<string, RateLimiterLike>();
  for (const routeClass of routeClasses) {
    for (const party of parties) {
      const { limit, windowMs } = rates[routeClass];
      const keyPrefix = `${routeClass}/${party}`;
      const options = { keyPrefix, points: limit * sharesOf[party], duration: windowMs / 1_000 };
      const insuranceLimiter = new RateLimiterMemory(options);
      const limiter = new RateLimiterPostgres({
        ...options,
        storeClient: pool,
        storeType: "pool",
        tableName: "rate_limits",
        tableCreated: true,
        clearExpiredByTimeout: false,
        inMemoryBlockOnConsumed: options.points,
        insuranceLimiter,
      });
      limiters.set(keyPrefix, new RLWrapperTimeouts({ limiter, timeoutMs: countWithinMs, insuranceLimiter }));
    }
  }
  return {
    async take(routeClass, party, name) {
      try {
        await limiters.get(`${routeClass}/${party}`)?.consume(name);
        return 0;
      } catch (refused) {
        if (refused instanceof RateLimiterRes) return Math.max(1, refused.msBeforeNext);
        throw refused;
      }
    },
  };
}

/** What a request counts as. */
export function routeClassOf(method: string, path: string): RouteClass {
  if (method === "POST" && path.startsWith("/auth/")) return "login";
  if (path === "/uploads" || path.startsWith("/uploads/")) return "upload";
  if (path.startsWith("/ipfs/") || /\/(result|tokenizer|adapters\/\d+)$/.test(path)) return "download";
  if (path.endsWith("/progress")) return "progress";
  if (path.endsWith("/trials")) return "trial";
  return method === "GET" || method === "HEAD" ? "read" : "write";
}

/** Bounds requests of a client's networks, or once a wallet is known (`by: "wallet"`), of a wallet. */
export function limitRate(
  limiter: RateLimiter,
  platform: { trustProxy: boolean },
  by: "network" | "wallet",
): MiddlewareHandler<AppEnv> {
  const named = (c: Context<AppEnv>): Partial<Record<Party, string | undefined>> =>
    by === "wallet" ? { wallet: c.get("session")?.wallet } : { ...clientNetworks(c, platform.trustProxy) };
  return async (c, next) => {
    const routeClass = routeClassOf(c.req.method, c.req.path);
    const names = named(c);
    const waits = parties.map((party) => {
      const name = names[party];
      return name === undefined ? 0 : limiter.take(routeClass, party, name);
    });
    const waitMs = Math.max(...(await Promise.all(waits)));
    if (waitMs > 0) throw tooMany(waitMs);
    await next();
  };
}

export function tooMany(waitMs: number): TrainChainError {
  const seconds = Math.ceil(waitMs / 1000);
  return new TrainChainError("too-many-requests", "too many requests of this kind from here", {
    fix: `Try again in ${seconds} s.`,
    facts: { retryAfterSeconds: seconds },
  });
}
