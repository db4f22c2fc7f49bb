import { createRoute } from "@hono/zod-openapi";
import { createNonce as storeNonce } from "@trainchain/db/market";
import { nonceViewSchema } from "@trainchain/protocol";
import { generateSiweNonce } from "viem/siwe";
import type { Deps } from "../deps.ts";
import { json, writeErrors } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";

const route = createRoute({
  method: "post",
  path: "/auth/nonce",
  tags: ["auth"],
  summary: "A nonce to sign in with, once",
  responses: { 200: json(nonceViewSchema, "The nonce and its end"), ...writeErrors() },
});

export function createNonce({ connection, limits }: Deps) {
  return routeApp().openapi(route, async (c) => {
    const nonce = generateSiweNonce();
    const expiresAt = new Date(Date.now() + limits.nonceMs);
    await storeNonce(connection.db, { nonce, expiresAt });
    return c.json({ nonce, expiresAt: expiresAt.toISOString() }, 200);
  });
}
