import { createRoute } from "@hono/zod-openapi";
import { findAwaitedSlot } from "@trainchain/db/market";
import { adapterUploadViewSchema } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { json, signedIn, writeErrors } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { jobParams } from "../jobs/job-params.ts";
import { noSlot } from "./get-assignment.ts";

const route = createRoute({
  method: "post",
  operationId: "createAdapterUpload",
  path: "/jobs/{jobId}/adapter-upload",
  tags: ["contributing"],
  summary: "Where and how to send the sealed adapter",
  security: signedIn,
  middleware: requireSession,
  request: { params: jobParams },
  responses: {
    200: json(adapterUploadViewSchema, "By tus here, as an upload of the purpose `adapter`"),
    ...writeErrors(400, 401, 404),
  },
});

export function createAdapterUpload({ connection, platform, limits }: Deps) {
  return routeApp().openapi(route, async (c) => {
    const { jobId } = c.req.valid("param");
    const contributor = callerOf(c).wallet;
    const slot = await findAwaitedSlot(connection.db, { escrow: platform.escrow, jobId, contributor });
    if (!slot) throw noSlot(jobId);
    return c.json({ method: "tus" as const, url: "/uploads", maxBytes: limits.adapterBytes }, 200);
  });
}
