import { createRoute } from "@hono/zod-openapi";
import { listWebhooks as listWebhookRows, type WebhookRow } from "@trainchain/db/market";
import { mailAddressOf, webhooksViewSchema } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { errors, json, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";

const route = createRoute({
  method: "get",
  operationId: "listWebhooks",
  path: "/me/webhooks",
  tags: ["me"],
  summary: "The addresses that the caller's notices are sent to",
  security: signedIn,
  middleware: requireSession,
  responses: { 200: json(webhooksViewSchema, "The addresses, oldest first"), ...errors(401) },
});

export function listWebhooks({ connection }: Deps) {
  return routeApp().openapi(route, async (c) => {
    const rows = await listWebhookRows(connection.db, callerOf(c).wallet);
    return c.json({ items: rows.map(toWebhookView) }, 200);
  });
}

/** An address as its owner sees it. */
export function toWebhookView({ id, url, createdAt, ...row }: WebhookRow) {
  // Only e-mail waits for its reader; the release before leaves it empty for all.
  const confirmedAt = row.confirmedAt ?? (mailAddressOf(url) === undefined ? createdAt : null);
  return { id, url, createdAt: createdAt.toISOString(), confirmedAt: confirmedAt?.toISOString() ?? null };
}
