import { TrainChainError } from "@trainchain/protocol";
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "./app-env.ts";
import { clientAddress } from "./client-address.ts";

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
const walletsPerAddress = 5;

/** Bounds requests a client address, or once a wallet is known (`by: "wallet"`), a wallet. */
export function limitRate(
  limiter: RateLimiter,
  rates: RateLimits,
  platform: { trustProxy: boolean },
  by: "address" | "wallet",
): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const caller = by === "wallet" ? c.get("session")?.wallet : clientAddress(c, platform.trustProxy);
    const routeClass = routeClassOf(c.req.method, c.req.path);
    const { limit, windowMs } = rates[routeClass];
    const rate = { limit: by === "address" ? limit * walletsPerAddress : limit, windowMs };
    const waitMs = caller ? limiter.take(`${by}/${caller}/${routeClass}`, rate) : 0;
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1000);
      throw new TrainChainError("too-many-requests", "too many requests of this kind from here", {
        fix: `Try again in ${seconds} s.`,
        facts: { retryAfterSeconds: seconds },
      });
    }
    await next();
  };
}
