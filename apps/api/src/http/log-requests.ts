import { withTrace } from "@trainchain/telemetry";
import type { MiddlewareHandler } from "hono";
import type { Logger } from "pino";
import type { AppEnv } from "./app-env.ts";

/**
 * One line a request: no query, no headers, no body. Whatever is logged or queued meanwhile carries the request's id,
 * and the job's where the path names one.
 */
export function logRequests(logger: Logger): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const begun = performance.now();
    const jobId = /^\/jobs\/(\d{1,19})(\/|$)/.exec(c.req.path)?.[1];
    await withTrace({ requestId: c.get("requestId"), jobId }, async () => {
      await next();
      logger.info(
        {
          method: c.req.method,
          path: c.req.path,
          status: c.res.status,
          wallet: c.get("session")?.wallet,
          ms: Math.round(performance.now() - begun),
        },
        "request",
      );
    });
  };
}
