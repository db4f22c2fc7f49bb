import { createRoute } from "@hono/zod-openapi";
import { deleteSession } from "@trainchain/db/market";
import { deleteCookie } from "hono/cookie";
import type { Deps } from "../deps.ts";
import { signedIn, writeErrors } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession, sessionCookie } from "../http/sessions.ts";

const route = createRoute({
  method: "post",
  operationId: "logout",
  path: "/auth/logout",
  tags: ["auth"],
  summary: "End the session",
  security: signedIn,
  middleware: requireSession,
  responses: { 204: { description: "Ended" }, ...writeErrors(401) },
});

export function logout({ connection }: Deps) {
  return routeApp().openapi(route, async (c) => {
    await deleteSession(connection.db, callerOf(c).tokenSha256);
    deleteCookie(c, sessionCookie, { path: "/" });
    return c.body(null, 204);
  });
}
