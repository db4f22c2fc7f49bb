import { TrainChainError } from "@trainchain/protocol";
import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv } from "./app-env.ts";
import { clientNetworks } from "./client-address.ts";

export const routeClasses = ["login", "read", "write", "progress", "upload", "download", "trial"] as const;
export type RouteClass = (typeof routeClasses)[number];
export type RateLimits = Record<RouteClass, { limit: number; windowMs: number }>;

/** Counts what a caller does. One process keeps it in memory; several would share it behind this interface. */
export interface RateLimiter {
  /** Takes one; returns how long to wait (ms) when nothing is left, else 0. */
  take(key: string, rate: { limit: number; windowMs: number }): number;
}

/** A sliding window by two counters: the last window weighs by the part of it that is still in view. */
export function createSlidingWindow(now: () => number = Date.now, maxKeys = 100_000): RateLimiter {
  const windows = new Map<string, { start: number; count: number; before: number }>();
  return {
    take(key, { limit, windowMs }) {
      const time = now();
      const start = time - (time % windowMs);
      const known = windows.get(key);
      const before =
        known?.start === start ? known.before : known?.start === start - windowMs ? known.count : 0;
      const count = known?.start === start ? known.count : 0;
      const used = count + before * (1 - (time - start) / windowMs);
      if (used + 1 > limit) return Math.max(1, start + windowMs - time);
      windows.delete(key);
      windows.set(key, { start, count: count + 1, before });
      const oldest = windows.size > maxKeys ? windows.keys().next().value : undefined;
      if (oldest !== undefined) windows.delete(oldest);
      return 0;
    },
  };
}

/** What a request counts as. */
export function routeClassOf(method: string, path: string): RouteClass {
  if (method === "POST" && path.startsWith("/auth/")) return "login";
  if (path === "/uploads" || path.startsWith("/uploads/")) return "upload";
  if (path.startsWith("/ipfs/") || path.endsWith("/result")) return "download";
  if (path.endsWith("/progress")) return "progress";
  if (path.endsWith("/trials")) return "trial";
  return method === "GET" || method === "HEAD" ? "read" : "write";
}

/** Several wallets may share an address: a household, an office, or two agents on one machine. */
const walletsPerNetwork = 5;
const networksPerSite = 4;

/** Bounds requests of a client's networks, or once a wallet is known (`by: "wallet"`), of a wallet. */
export function limitRate(
  limiter: RateLimiter,
  rates: RateLimits,
  platform: { trustProxy: boolean },
  by: "network" | "wallet",
): MiddlewareHandler<AppEnv> {
  /** Who is counted, and how many times a wallet's limit it may have. */
  const partiesOf = (c: Context<AppEnv>): [party: string | undefined, share: number][] => {
    if (by === "wallet") return [[c.get("session")?.wallet, 1]];
    const { network, site } = clientNetworks(c, platform.trustProxy);
    return [
      [network, walletsPerNetwork],
      [site, walletsPerNetwork * networksPerSite],
    ];
  };
  return async (c, next) => {
    const routeClass = routeClassOf(c.req.method, c.req.path);
    const { limit, windowMs } = rates[routeClass];
    for (const [party, share] of partiesOf(c)) {
      if (party === undefined) continue;
      const waitMs = limiter.take(`${routeClass}/${party}`, { limit: limit * share, windowMs });
      if (waitMs > 0) throw tooMany(waitMs);
    }
    await next();
  };
}

function tooMany(waitMs: number): TrainChainError {
  const seconds = Math.ceil(waitMs / 1000);
  return new TrainChainError("too-many-requests", "too many requests of this kind from here", {
    fix: `Try again in ${seconds} s.`,
    facts: { retryAfterSeconds: seconds },
  });
}
