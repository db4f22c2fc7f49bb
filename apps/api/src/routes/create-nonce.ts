import { randomBytes } from "node:crypto";
import { createRoute } from "@hono/zod-openapi";
import { createNonce as storeNonce } from "@trainchain/db/market";
import { nonceViewSchema } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { json, writeErrors } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";

/** Nobody guesses another's nonce: 128 random bits. */
const nonceBytes = 16;

const route = createRoute({
  method: "post",
  operationId: "createNonce",
  path: "/auth/nonce",
  tags: ["auth"],
  summary: "A nonce to sign in with, once",
  responses: { 200: json(nonceViewSchema, "The nonce, its end, and the time here"), ...writeErrors() },
});

export function createNonce({ connection, limits }: Deps) {
  return routeApp().openapi(route, async (c) => {
    const nonce = randomBytes(nonceBytes).toString("hex");
    const issuedAt = new Date();
    const expiresAt = new Date(issuedAt.getTime() + limits.nonceMs);
    await storeNonce(connection.db, { nonce, expiresAt });
    return c.json({ nonce, issuedAt: issuedAt.toISOString(), expiresAt: expiresAt.toISOString() }, 200);
  });
}
