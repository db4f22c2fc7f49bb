import { createRoute, z } from "@hono/zod-openapi";
import { noteStake as noteStakeOf } from "@trainchain/db/market";
import { sentStakeSchema } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { bodyErrors, jsonBody, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { unknownDraft } from "../jobs/unknown-draft.ts";

const route = createRoute({
  method: "put",
  operationId: "noteStake",
  path: "/drafts/{id}/stake",
  tags: ["jobs"],
  summary:
    "Say which transaction stakes for a draft, so that nothing is signed again while that is on its way",
  security: signedIn,
  middleware: requireSession,
  request: { params: z.object({ id: z.string().max(64) }), body: jsonBody(sentStakeSchema) },
  responses: {
    204: { description: "Noted; what became of it the chain says" },
    ...bodyErrors(400, 401, 404),
  },
});

export function noteStake({ connection }: Deps) {
  return routeApp().openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const noted = { id, requester: callerOf(c).wallet, stake: c.req.valid("json") };
    if (!(await noteStakeOf(connection.db, noted))) throw unknownDraft(id, undefined);
    return c.body(null, 204);
  });
}
