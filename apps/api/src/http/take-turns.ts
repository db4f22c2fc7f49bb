import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "./app-env.ts";

/**
 * Lets so many requests in at a time, until their answer's head is ready; the others wait in line. Work that one
 * visitor can ask for by the dozen thus never stands in one row before everybody else's.
 */
export function takeTurns(atOnce: number): MiddlewareHandler<AppEnv> {
  let free = atOnce;
  const waiting: (() => void)[] = [];
  return async (_, next) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      await next();
    } finally {
      // A place is handed on, or free again.
      const first = waiting.shift();
      if (first) first();
      else free += 1;
    }
  };
}
