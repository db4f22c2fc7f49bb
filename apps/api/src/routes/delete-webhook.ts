import { createRoute, z } from "@hono/zod-openapi";
import { deleteWebhook as forgetWebhook } from "@trainchain/db/market";
import { TrainChainError } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { signedIn, writeErrors } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";

export const webhookParams = z.object({ id: z.string().max(64) });

const route = createRoute({
  method: "delete",
  operationId: "deleteWebhook",
  path: "/me/webhooks/{id}",
  tags: ["me"],
  summary: "Send nothing more to an address",
  security: signedIn,
  middleware: requireSession,
  request: { params: webhookParams },
  responses: { 204: { description: "Forgotten" }, ...writeErrors(400, 401, 404) },
});

export function deleteWebhook({ connection }: Deps) {
  return routeApp().openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    if (!(await forgetWebhook(connection.db, { id, wallet: callerOf(c).wallet }))) throw unknownWebhook(id);
    return c.body(null, 204);
  });
}

export function unknownWebhook(id: string): TrainChainError {
  return new TrainChainError("not-found", `you have no address ${id}`, {
    fix: "GET /me/webhooks lists those that you have.",
  });
}
