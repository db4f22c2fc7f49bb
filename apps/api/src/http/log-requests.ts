import type { MiddlewareHandler } from "hono";
import { type Logger, pino } from "pino";
import type { AppEnv } from "./app-env.ts";

/** A logger that drops whatever could open something, wherever it stands in what is logged. */
export function createLogger(level: string): Logger {
  const secret = ["authorization", "cookie", "token", "signature", "identity", "secret", "password"];
  return pino({
    level,
    redact: { paths: secret.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: "[redacted]" },
  });
}

/** One line a request: no query, no headers, no body. */
export function logRequests(logger: Logger): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const begun = performance.now();
    await next();
    logger.info(
      {
        requestId: c.get("requestId"),
        method: c.req.method,
        path: c.req.path,
        status: c.res.status,
        wallet: c.get("session")?.wallet,
        ms: Math.round(performance.now() - begun),
      },
      "request",
    );
  };
}
