import { createRoute, z } from "@hono/zod-openapi";
import { findDraft, findDraftChangedFrom } from "@trainchain/db/market";
import { createdDraftViewSchema, draftChangesSchema } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { idempotencyHeaders, repeatableOf } from "../http/idempotency.ts";
import { bodyErrors, json, jsonBody, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { changeDraft as changeDraftOf } from "../jobs/change-draft.ts";
import { draftViewer } from "../jobs/draft-view.ts";
import { unknownDraft } from "../jobs/unknown-draft.ts";

const route = createRoute({
  method: "patch",
  operationId: "changeDraft",
  path: "/drafts/{id}",
  tags: ["jobs"],
  summary: "Change what an unpaid draft asks for, without sending its data again",
  description:
    "Terms alone change at once. A change of the public spec, or of the number of contributors, is prepared from the sealed data: then another draft takes this one's place, and the answer names it. A request is changed so five times at most.",
  security: signedIn,
  middleware: requireSession,
  request: {
    params: z.object({ id: z.string().max(64) }),
    headers: idempotencyHeaders,
    body: jsonBody(draftChangesSchema),
  },
  responses: {
    200: json(createdDraftViewSchema, "The draft that it goes on as"),
    ...bodyErrors(400, 401, 404, 409),
  },
});

export function changeDraft(deps: Deps) {
  const { connection, platform } = deps;
  return routeApp().openapi(route, async (c) => {
    const requester = callerOf(c).wallet;
    const id = await changeDraftOf(deps, {
      id: c.req.valid("param").id,
      requester,
      changes: c.req.valid("json"),
      repeatable: await repeatableOf(c, c.req.valid("header")),
    });
    const draft = await findDraft(connection.db, { id, requester, escrow: platform.escrow });
    if (!draft) throw unknownDraft(id, await findDraftChangedFrom(connection.db, { id, requester }));
    return c.json({ draft: (await draftViewer(deps))(draft) }, 200);
  });
}
