import { createRoute, z } from "@hono/zod-openapi";
import { findDraft, findDraftChangedFrom } from "@trainchain/db/market";
import { draftViewSchema } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { errors, json, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { draftViewer } from "../jobs/draft-view.ts";
import { unknownDraft } from "../jobs/unknown-draft.ts";

const route = createRoute({
  method: "get",
  operationId: "getDraft",
  path: "/drafts/{id}",
  tags: ["jobs"],
  summary: "One draft of the caller, with its terms once it is ready",
  security: signedIn,
  middleware: requireSession,
  request: { params: z.object({ id: z.string().max(64) }) },
  responses: { 200: json(draftViewSchema, "The draft"), ...errors(400, 401, 404) },
});

export function getDraft(deps: Deps) {
  const { connection, platform } = deps;
  return routeApp().openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const requester = callerOf(c).wallet;
    const draft = await findDraft(connection.db, { id, requester, escrow: platform.escrow });
    if (!draft) throw unknownDraft(id, await findDraftChangedFrom(connection.db, { id, requester }));
    return c.json((await draftViewer(deps))(draft), 200);
  });
}
