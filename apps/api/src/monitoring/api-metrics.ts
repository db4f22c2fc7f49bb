import { createRegistry, Histogram, type Registry } from "@trainchain/telemetry";
import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { AppEnv } from "../http/app-env.ts";

export interface ApiMetrics {
  registry: Registry;
  /** Notes how long each answer's head took, by route: never by path, which anybody may invent. */
  measureRequests: MiddlewareHandler<AppEnv>;
}

export function createApiMetrics(): ApiMetrics {
  const registry = createRegistry();
  const seconds = new Histogram({
    name: "trainchain_http_request_duration_seconds",
    help: "Time until an answer's head, by route and status",
    labelNames: ["method", "route", "status"],
    buckets: [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  return {
    registry,
    measureRequests: async (c, next) => {
      const end = seconds.startTimer();
      await next();
      const route = routePath(c, -1);
      const known = route !== "" && route !== "*" && route !== "/*";
      end({ method: known ? c.req.method : "any", route: known ? route : "none", status: c.res.status });
    },
  };
}
