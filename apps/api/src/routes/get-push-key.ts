import { createRoute } from "@hono/zod-openapi";
import { pushKeyViewSchema } from "@trainchain/protocol";
import { vapidKeysOf } from "@trainchain/storage";
import type { Deps } from "../deps.ts";
import { errors, json, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { requireSession } from "../http/sessions.ts";

const route = createRoute({
  method: "get",
  operationId: "getPushKey",
  path: "/me/push-key",
  tags: ["me"],
  summary:
    "The key that a browser subscribes with, before its subscription is entered with POST /me/webhooks",
  security: signedIn,
  middleware: requireSession,
  responses: { 200: json(pushKeyViewSchema, "The public half of the platform's VAPID key"), ...errors(401) },
});

export function getPushKey({ keyRing }: Deps) {
  return routeApp().openapi(route, async (c) => {
    const { publicKey } = await vapidKeysOf(keyRing);
    return c.json({ publicKey }, 200);
  });
}
