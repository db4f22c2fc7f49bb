import { createRoute } from "@hono/zod-openapi";
import { completeImageJobSchema, relayViewSchema } from "@trainchain/protocol";
import type { Deps } from "../../deps.ts";
import { bodyErrors, json, jsonBody, signedIn } from "../../http/responses.ts";
import { routeApp } from "../../http/route-app.ts";
import { callerOf, requireSession } from "../../http/sessions.ts";
import { createRelay } from "../../jobs/relay-submission.ts";

const route = createRoute({
  method: "post",
  operationId: "completeImageJob",
  path: "/jobs/complete",
  tags: ["contributing"],
  summary: "Hand in the sealed model of an image job: relays the signed submission to the escrow",
  security: signedIn,
  middleware: requireSession,
  request: { body: jsonBody(completeImageJobSchema) },
  responses: { 202: json(relayViewSchema, "Queued"), ...bodyErrors(400, 401, 404, 409) },
});

/** The escrow knows one kind of submission, whose `adapterCid` is an image job's model. */
export function completeImageJob(deps: Deps) {
  const relay = createRelay(deps);
  return routeApp().openapi(route, async (c) => {
    const { modelCid: adapterCid, ...submission } = c.req.valid("json");
    const caller = callerOf(c).wallet;
    await relay({ ...submission, adapterCid }, { caller, path: route.path });
    return c.json({ status: "relaying" as const }, 202);
  });
}
