import { createRoute } from "@hono/zod-openapi";
import { createLlmFinetuneSchema } from "@trainchain/protocol";
import type { Deps } from "../../deps.ts";
import { repeatableOf } from "../../http/idempotency.ts";
import { routeApp } from "../../http/route-app.ts";
import { callerOf } from "../../http/sessions.ts";
import { findModel } from "../../jobs/find-model.ts";
import { jobRequestRoute } from "../../jobs/job-request-route.ts";
import { openDraft } from "../../jobs/open-draft.ts";
import { assertProvable } from "../adapters/assert-provable.ts";
import { decideAdapterRequest } from "../adapters/decide-request.ts";
import { assertPossible } from "./assert-possible.ts";

const route = createRoute({
  ...jobRequestRoute(createLlmFinetuneSchema),
  operationId: "createLlmFinetune",
  path: "/jobs/llm-finetune",
  summary:
    "Request a fine-tuning job: its dataset is checked, split and sealed, then its terms can be signed",
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
