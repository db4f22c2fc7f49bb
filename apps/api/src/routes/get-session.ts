import { createRoute } from "@hono/zod-openapi";
import { sessionViewSchema } from "@trainchain/protocol";
import { errors, json, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";

const route = createRoute({
  method: "get",
  operationId: "getSession",
  path: "/auth/session",
  tags: ["auth"],
  summary: "Who is signed in",
  security: signedIn,
  middleware: requireSession,
  responses: { 200: json(sessionViewSchema, "The session"), ...errors(401) },
});

export function getSession() {
  return routeApp().openapi(route, (c) => {
    const { wallet, expiresAt } = callerOf(c);
    return c.json({ wallet, expiresAt: expiresAt.toISOString() }, 200);
  });
}
