import { createRoute } from "@hono/zod-openapi";
import { listWebhookDeliveries as listDeliveries, type WebhookDeliveryRow } from "@trainchain/db/market";
import { type WebhookDeliveryView, webhookDeliveriesViewSchema } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { errors, json, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { unknownWebhook, webhookParams } from "./delete-webhook.ts";

const route = createRoute({
  method: "get",
  operationId: "listWebhookDeliveries",
  path: "/me/webhooks/{id}/deliveries",
  tags: ["me"],
  summary: "What was sent to an address of the caller's, and what came of it; kept for 30 days",
  security: signedIn,
  middleware: requireSession,
  request: { params: webhookParams },
  responses: {
    200: json(webhookDeliveriesViewSchema, "The last hundred, newest first"),
    ...errors(400, 401, 404),
  },
});

export function listWebhookDeliveries({ connection }: Deps) {
  return routeApp().openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const rows = await listDeliveries(connection.db, { id, wallet: callerOf(c).wallet, limit: 100 });
    if (!rows) throw unknownWebhook(id);
    return c.json({ items: rows.map(toDeliveryView) }, 200);
  });
}

function toDeliveryView({
  webhookId: _,
  createdAt,
  endedAt,
  ...row
}: WebhookDeliveryRow): WebhookDeliveryView {
  return { ...row, createdAt: createdAt.toISOString(), endedAt: endedAt?.toISOString() ?? null };
}
