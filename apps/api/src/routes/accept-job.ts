import { createRoute } from "@hono/zod-openapi";
import { type Address, acceptJobSchema, relayViewSchema } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { bodyErrors, json, jsonBody, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { jobParams } from "../jobs/job-params.ts";
import { createAcceptanceRelay } from "../jobs/relay-acceptance.ts";

const route = createRoute({
  method: "post",
  operationId: "acceptJob",
  path: "/jobs/{jobId}/accept",
  tags: ["contributing"],
  summary:
    "Relay the caller's signed acceptance of a job without a bond to the escrow, at the platform's cost: for wallets that hold no coin, within budgets a day",
  security: signedIn,
  middleware: requireSession,
  request: { params: jobParams, body: jsonBody(acceptJobSchema) },
  responses: {
    202: json(relayViewSchema, "Queued; the slot appears once the chain has it"),
    ...bodyErrors(400, 401, 404, 409),
  },
});

export function acceptJob(deps: Deps) {
  const relay = createAcceptanceRelay(deps);
  return routeApp().openapi(route, async (c) => {
    await relay(c.req.valid("param").jobId, callerOf(c).wallet as Address, c.req.valid("json"));
    return c.json({ status: "relaying" as const }, 202);
  });
}
