import { createRoute, z } from "@hono/zod-openapi";
import {
  deleteDraft as deleteDraftRecord,
  findDraft,
  findDraftChangedFrom,
  lockDraft,
} from "@trainchain/db/market";
import { TrainChainError } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { signedIn, writeErrors } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { unknownDraft } from "../jobs/unknown-draft.ts";

const route = createRoute({
  method: "delete",
  operationId: "deleteDraft",
  path: "/drafts/{id}",
  tags: ["jobs"],
  summary: "Delete a draft that is not on chain, and its dataset",
  security: signedIn,
  middleware: requireSession,
  request: { params: z.object({ id: z.string().max(64) }) },
  responses: { 204: { description: "Deleted" }, ...writeErrors(400, 401, 404, 409) },
});

export function deleteDraft({ connection, platform, uploads }: Deps) {
  return routeApp().openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const requester = callerOf(c).wallet;
    const draft = await connection.db.transaction(async (tx) => {
      // It may be changing at this moment.
      await lockDraft(tx, id);
      const found = await findDraft(tx, { id, requester, escrow: platform.escrow });
      if (!found) throw unknownDraft(id, await findDraftChangedFrom(tx, { id, requester }));
      if (found.status === "listed") {
        throw new TrainChainError("conflict", `the draft ${id} is job ${found.jobId} on chain`, {
          fix: "Cancel the job instead, while nobody has accepted it.",
        });
      }
      await deleteDraftRecord(tx, id, new Date());
      return found;
    });
    if (typeof draft.request.uploadId === "string") await uploads.remove(draft.request.uploadId);
    return c.body(null, 204);
  });
}
