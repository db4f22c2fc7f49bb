import type { MiddlewareHandler } from "hono";
import { type Logger, pino } from "pino";
import type { AppEnv } from "./app-env.ts";

const secrets = ["authorization", "cookie", "token", "signature", "identity", "secret", "password"];

/** Whatever could open something is dropped from the log, up to two levels deep. */
export const redaction = {
  paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
  censor: "[redacted]",
};

export function createLogger(level: string): Logger {
  return pino({ level, redact: redaction });
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
