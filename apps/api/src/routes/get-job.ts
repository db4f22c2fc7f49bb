import { createRoute } from "@hono/zod-openapi";
import { jobViewSchema } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { errors, json } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { viewerOf } from "../http/sessions.ts";
import { escrowQuery, jobParams, unknownJob } from "../jobs/job-params.ts";
import { findJobWithSlots } from "../jobs/job-record.ts";
import { servedSpec, toJobView } from "../jobs/job-view.ts";
import { isShardTaken } from "../jobs/shard-of.ts";

const route = createRoute({
  method: "get",
  operationId: "getJob",
  path: "/jobs/{jobId}",
  tags: ["jobs"],
  summary: "One job: its terms, its slots, and what happens next",
  request: { params: jobParams, query: escrowQuery },
  responses: { 200: json(jobViewSchema, "The job"), ...errors(400, 404) },
});

export function getJob({ connection, platform }: Deps) {
  return routeApp().openapi(route, async (c) => {
    const { jobId } = c.req.valid("param");
    const { escrow = platform.escrow } = c.req.valid("query");
    const record = await findJobWithSlots(connection.db, { escrow, jobId });
    if (!record) throw unknownJob({ jobId });
    const view = toJobView(record, viewerOf(c), platform);
    const viewer = c.get("session")?.wallet;
    const spec = servedSpec(record, platform);
    if (view.series && spec && viewer && record.job.status === "open")
      view.series.yourShardIsTaken = await isShardTaken(connection.db, spec, {
        escrow,
        jobId,
        contributor: viewer,
      });
    return c.json(view, 200);
  });
}
