import { createHash } from "node:crypto";
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";

/** How long a repeated request is known by its key. */
export const idempotencyKeptMs = 7 * 24 * 60 * 60_000;

/** Headers of a route that makes something: sent again under its key, a request makes nothing twice. */
export const idempotencyHeaders = z.object({
  "idempotency-key": z
    .string()
    .regex(/^[!-~]{1,128}$/, "1 to 128 letters, digits and signs")
    .optional()
    .openapi({
      description:
        "Of your choice, such as a UUID. The same request under it is answered with what it made the first time; another one is refused. Kept for a week.",
    }),
});

/** A request as it is known by its key. */
export interface Repeatable {
  key: string;
  /** sha256 of path and body, as they were sent. */
  fingerprint: string;
}

/** The request's key, where it has one, and what tells it from others. */
export async function repeatableOf(
  c: Context,
  headers: z.infer<typeof idempotencyHeaders>,
): Promise<Repeatable | undefined> {
  const key = headers["idempotency-key"];
  if (key === undefined) return undefined;
  const hash = createHash("sha256")
    .update(`${c.req.path}\n`)
    .update(await c.req.text());
  return { key, fingerprint: hash.digest("hex") };
}
