import { createRoute } from "@hono/zod-openapi";
import { createEmbeddingFinetuneSchema } from "@trainchain/protocol";
import type { Deps } from "../../deps.ts";
import { repeatableOf } from "../../http/idempotency.ts";
import { routeApp } from "../../http/route-app.ts";
import { callerOf } from "../../http/sessions.ts";
import { jobRequestRoute } from "../../jobs/job-request-route.ts";
import { openDraft } from "../../jobs/open-draft.ts";
import { assertProvable } from "../adapters/assert-provable.ts";
import { decideAdapterRequest } from "../adapters/decide-request.ts";
import { assertPossible, encoderOf } from "./assert-possible.ts";

const route = createRoute({
  ...jobRequestRoute(createEmbeddingFinetuneSchema),
  operationId: "createEmbeddingFinetune",
  path: "/jobs/embedding-finetune",
  summary:
    "Request a sentence encoder fine-tuned on pairs of texts: its dataset is checked, split and sealed, then its terms can be signed",
});

export function createEmbeddingFinetune(deps: Deps) {
  return routeApp().openapi(route, async (c) => {
    const body = c.req.valid("json");
    const draft = await openDraft(deps, {
      kind: "embedding-finetune",
      requester: callerOf(c).wallet,
      repeatable: await repeatableOf(c, c.req.valid("header")),
      uploadId: body.uploadId,
      request: async (db) => {
        assertPossible(body, deps.platform);
        await assertProvable(db, body.proof);
        return decideAdapterRequest({ ...body, model: encoderOf(deps.platform, body.model).id });
      },
    });
    return c.json({ draft }, 202);
  });
}
