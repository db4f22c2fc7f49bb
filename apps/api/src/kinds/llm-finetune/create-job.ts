import { createRoute } from "@hono/zod-openapi";
import { createdDraftViewSchema, createLlmFinetuneSchema } from "@trainchain/protocol";
import type { Deps } from "../../deps.ts";
import { idempotencyHeaders, repeatableOf } from "../../http/idempotency.ts";
import { bodyErrors, json, jsonBody, signedIn } from "../../http/responses.ts";
import { routeApp } from "../../http/route-app.ts";
import { callerOf, requireSession } from "../../http/sessions.ts";
import { findModel } from "../../jobs/find-model.ts";
import { openDraft } from "../../jobs/open-draft.ts";
import { assertProvable } from "../adapters/assert-provable.ts";
import { decideAdapterRequest } from "../adapters/decide-request.ts";
import { assertPossible } from "./assert-possible.ts";

const route = createRoute({
  method: "post",
  operationId: "createLlmFinetune",
  path: "/jobs/llm-finetune",
  tags: ["jobs"],
  summary:
    "Request a fine-tuning job: its dataset is checked, split and sealed, then its terms can be signed",
  security: signedIn,
  middleware: requireSession,
  request: { headers: idempotencyHeaders, body: jsonBody(createLlmFinetuneSchema) },
  responses: {
    202: json(createdDraftViewSchema, "The draft; its preparation is queued"),
    ...bodyErrors(400, 401, 404, 409),
  },
});

export function createLlmFinetune(deps: Deps) {
  return routeApp().openapi(route, async (c) => {
    const body = c.req.valid("json");
    const draft = await openDraft(deps, {
      kind: "llm-finetune",
      requester: callerOf(c).wallet,
      repeatable: await repeatableOf(c, c.req.valid("header")),
      uploadId: body.uploadId,
      request: async (db) => {
        assertPossible(body, deps.platform);
        await assertProvable(db, body.proof);
        return decideAdapterRequest({ ...body, model: findModel(deps.platform, body.model).id });
      },
    });
    return c.json({ draft }, 202);
  });
}
