import { createRoute } from "@hono/zod-openapi";
import { findSlot, notifyJob, recordProgress } from "@trainchain/db/market";
import { isTaken, trainerEventSchema } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { bodyErrors, jsonBody, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { jobParams } from "../jobs/job-params.ts";
import { noSlot } from "./get-assignment.ts";

const route = createRoute({
  method: "post",
  operationId: "reportProgress",
  path: "/jobs/{jobId}/progress",
  tags: ["contributing"],
  summary: "Report the trainer's latest event of the caller's slot",
  security: signedIn,
  middleware: requireSession,
  request: { params: jobParams, body: jsonBody(trainerEventSchema) },
  responses: { 204: { description: "Noted" }, ...bodyErrors(400, 401, 404) },
});

export function reportProgress({ connection, platform }: Deps) {
  const { db } = connection;
  return routeApp().openapi(route, async (c) => {
    const { jobId } = c.req.valid("param");
    const key = { escrow: platform.escrow, jobId };
    const contributor = callerOf(c).wallet;
    const slot = await findSlot(db, { ...key, contributor });
    if (!slot || !isTaken(slot)) throw noSlot(jobId);
    await db.transaction(async (tx) => {
      await recordProgress(tx, { ...key, contributor, event: c.req.valid("json"), reportedAt: new Date() });
      await notifyJob(tx, key);
    });
    return c.body(null, 204);
  });
}
