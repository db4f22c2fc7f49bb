import { randomUUID } from "node:crypto";
import { createRoute } from "@hono/zod-openapi";
import { enqueueTask } from "@trainchain/db";
import { createWebhook as keepWebhook } from "@trainchain/db/market";
import {
  createdWebhookViewSchema,
  createWebhookSchema,
  TrainChainError,
  webhookLimits,
} from "@trainchain/protocol";
import { webhookSecretOf } from "@trainchain/storage";
import type { Deps } from "../deps.ts";
import { bodyErrors, json, jsonBody, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { toWebhookView } from "./list-webhooks.ts";

const route = createRoute({
  method: "post",
  operationId: "createWebhook",
  path: "/me/webhooks",
  tags: ["me"],
  summary:
    "Have what concerns the caller's wallet sent to an address, signed as Standard Webhooks say, or to an ntfy topic",
  security: signedIn,
  middleware: requireSession,
  request: { body: jsonBody(createWebhookSchema) },
  responses: {
    201: json(createdWebhookViewSchema, "The address; its secret is shown this once"),
    ...bodyErrors(400, 401, 409),
  },
});

export function createWebhook({ connection, platform, keyRing }: Deps) {
  return routeApp().openapi(route, async (c) => {
    const { url } = c.req.valid("json");
    if (!platform.allowPrivateWebhooks && url.startsWith("http:"))
      throw new TrainChainError("invalid-input", "url: only https is sent to", {
        fix: "Give an address that begins with https://.",
      });
    const webhook = { id: randomUUID(), wallet: callerOf(c).wallet, url, createdAt: new Date() };
    const isKept = await connection.db.transaction(async (tx) => {
      if (!(await keepWebhook(tx, webhook, webhookLimits.perWallet))) return false;
      const key = `send-notices/webhook/${webhook.id}`;
      await enqueueTask(tx, "send-notices", { webhookId: webhook.id }, { key });
      return true;
    });
    if (!isKept)
      throw new TrainChainError("conflict", `you have ${webhookLimits.perWallet} addresses already`, {
        fix: "Delete one first (DELETE /me/webhooks/{id}).",
      });
    return c.json({ ...toWebhookView(webhook), secret: await webhookSecretOf(keyRing, webhook.id) }, 201);
  });
}
