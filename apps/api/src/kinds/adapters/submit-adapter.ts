import { createRoute } from "@hono/zod-openapi";
import { relayViewSchema, submitAdapterSchema } from "@trainchain/protocol";
import type { Deps } from "../../deps.ts";
import { bodyErrors, json, jsonBody, signedIn } from "../../http/responses.ts";
import { routeApp } from "../../http/route-app.ts";
import { callerOf, requireSession } from "../../http/sessions.ts";
import { createRelay } from "../../jobs/relay-submission.ts";

const route = createRoute({
  method: "post",
  operationId: "submitAdapter",
  path: "/jobs/submit-adapter",
  tags: ["contributing"],
  summary: "Relay a signed submission to the escrow, at the platform's cost",
  security: signedIn,
  middleware: requireSession,
  request: { body: jsonBody(submitAdapterSchema) },
  responses: { 202: json(relayViewSchema, "Queued"), ...bodyErrors(400, 401, 404, 409) },
});

export function submitAdapter(deps: Deps) {
  const relay = createRelay(deps);
  return routeApp().openapi(route, async (c) => {
    await relay(c.req.valid("json"), { caller: callerOf(c).wallet, path: route.path });
    return c.json({ status: "relaying" as const }, 202);
  });
}
