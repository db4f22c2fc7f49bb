import { createRoute } from "@hono/zod-openapi";
import { createImageClassificationSchema } from "@trainchain/protocol";
import type { Deps } from "../../deps.ts";
import { repeatableOf } from "../../http/idempotency.ts";
import { routeApp } from "../../http/route-app.ts";
import { callerOf } from "../../http/sessions.ts";
import { decideRequest } from "../../jobs/decide-request.ts";
import { jobRequestRoute } from "../../jobs/job-request-route.ts";
import { openDraft } from "../../jobs/open-draft.ts";
import { assertPossible } from "./assert-possible.ts";

const route = createRoute({
  ...jobRequestRoute(createImageClassificationSchema),
  operationId: "createImageClassification",
  path: "/jobs/image-classification",
  summary:
    "Request an image classifier: its zip archive is checked, a holdout is kept, the rest sealed, then its terms can be signed",
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
