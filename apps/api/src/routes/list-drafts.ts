import { createRoute } from "@hono/zod-openapi";
import { listDrafts as listDraftRecords } from "@trainchain/db/market";
import { draftViewSchema, pageOf, pageSchema, requestKeySchema } from "@trainchain/protocol";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { cursorMoment, readCursor, toPage } from "../http/paging.ts";
import { errors, json, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { draftViewer } from "../jobs/draft-view.ts";

const route = createRoute({
  method: "get",
  operationId: "listDrafts",
  path: "/drafts",
  tags: ["jobs"],
  summary: "The caller's drafts, newest first; with `key` the request that was made under it",
  security: signedIn,
  middleware: requireSession,
  request: { query: pageSchema.extend({ key: requestKeySchema.optional() }) },
  responses: { 200: json(pageOf(draftViewSchema), "A page of drafts"), ...errors(400, 401) },
});

const cursorSchema = z.tuple([cursorMoment, z.string().max(64)]);

export function listDrafts(deps: Deps) {
  const { connection, platform } = deps;
  return routeApp().openapi(route, async (c) => {
    const { limit, cursor, key } = c.req.valid("query");
    const after = readCursor(cursor, cursorSchema);
    const drafts = await listDraftRecords(connection.db, {
      requester: callerOf(c).wallet,
      escrow: platform.escrow,
      key,
      after: after && { createdAt: after[0], id: after[1] },
      limit: limit + 1,
    });
    const view = await draftViewer(deps);
    const page = toPage(drafts, limit, (draft) => [draft.createdAt, draft.id], view);
    return c.json(page, 200);
  });
}
