import { createRoute } from "@hono/zod-openapi";
import { createdDraftViewSchema, createImageClassificationSchema } from "@trainchain/protocol";
import type { Deps } from "../../deps.ts";
import { idempotencyHeaders, repeatableOf } from "../../http/idempotency.ts";
import { bodyErrors, json, jsonBody, signedIn } from "../../http/responses.ts";
import { routeApp } from "../../http/route-app.ts";
import { callerOf, requireSession } from "../../http/sessions.ts";
import { decideRequest } from "../../jobs/decide-request.ts";
import { openDraft } from "../../jobs/open-draft.ts";
import { assertPossible } from "./assert-possible.ts";

const route = createRoute({
  method: "post",
  operationId: "createImageClassification",
  path: "/jobs/image-classification",
  tags: ["jobs"],
  summary:
    "Request an image classifier: its zip archive is checked, a holdout is kept, the rest sealed, then its terms can be signed",
  security: signedIn,
  middleware: requireSession,
  request: { headers: idempotencyHeaders, body: jsonBody(createImageClassificationSchema) },
  responses: {
    202: json(createdDraftViewSchema, "The draft; its preparation is queued"),
    ...bodyErrors(400, 401, 404, 409),
  },
});

export function createImageClassification(deps: Deps) {
  return routeApp().openapi(route, async (c) => {
    const body = c.req.valid("json");
    const draft = await openDraft(deps, {
      kind: "image-classification",
      requester: callerOf(c).wallet,
      repeatable: await repeatableOf(c, c.req.valid("header")),
      uploadId: body.uploadId,
      request: async () => {
        assertPossible(body);
        return decideRequest(body);
      },
    });
    return c.json({ draft }, 202);
  });
}
