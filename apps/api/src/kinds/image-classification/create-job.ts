import { randomInt } from "node:crypto";
import { createRoute } from "@hono/zod-openapi";
import {
  type CreateImageClassification,
  createdDraftViewSchema,
  createImageClassificationSchema,
} from "@trainchain/protocol";
import type { Deps } from "../../deps.ts";
import { idempotencyHeaders, repeatableOf } from "../../http/idempotency.ts";
import { bodyErrors, json, jsonBody, signedIn } from "../../http/responses.ts";
import { routeApp } from "../../http/route-app.ts";
import { callerOf, requireSession } from "../../http/sessions.ts";
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
        return withDefaults(body);
      },
    });
    return c.json({ draft }, 202);
  });
}

/** The request as it is kept: what the requester left open is decided now, so that a repeated task decides nothing. */
function withDefaults(body: CreateImageClassification): Record<string, unknown> {
  return {
    ...body,
    seed: body.seed ?? randomInt(2 ** 32),
    rewardWei: body.rewardWei.toString(),
    bondWei: body.bondWei.toString(),
  };
}
