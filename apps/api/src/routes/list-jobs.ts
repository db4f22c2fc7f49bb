import { createRoute } from "@hono/zod-openapi";
import { listJobs as listJobRecords } from "@trainchain/db/market";
import {
  addressSchema,
  jobKinds,
  jobStatuses,
  jobViewSchema,
  pageOf,
  pageSchema,
} from "@trainchain/protocol";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { cursorBigint, cursorMoment, readCursor, toPage } from "../http/paging.ts";
import { errors, json } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { viewerOf } from "../http/sessions.ts";
import { withSlots } from "../jobs/job-record.ts";
import { toJobView } from "../jobs/job-view.ts";

const route = createRoute({
  method: "get",
  operationId: "listJobs",
  path: "/jobs",
  tags: ["jobs"],
  summary: "The platform's jobs that are on chain, newest first, or with `foreign` what others put there",
  request: {
    query: pageSchema.extend({
      status: z.enum(jobStatuses).exclude(["none"]).optional(),
      kind: z.enum(jobKinds).optional(),
      foreign: z.enum(["true", "false"]).optional(),
    }),
  },
  responses: { 200: json(pageOf(jobViewSchema), "A page of jobs"), ...errors(400) },
});

const cursorSchema = z.tuple([cursorMoment, cursorBigint, addressSchema]);

export function listJobs({ connection, platform }: Deps) {
  const { db } = connection;
  return routeApp().openapi(route, async (c) => {
    const { limit, cursor, status, kind, foreign } = c.req.valid("query");
    const after = readCursor(cursor, cursorSchema);
    const jobs = await listJobRecords(db, {
      status,
      kind,
      foreign: foreign === "true",
      after: after && { createdAt: after[0], jobId: after[1], escrow: after[2] },
      limit: limit + 1,
    });
    const viewer = viewerOf(c);
    const page = toPage(
      await withSlots(db, jobs),
      limit,
      ({ job }) => [job.createdAt, job.jobId.toString(), job.escrow],
      (record) => toJobView(record, viewer, platform),
    );
    return c.json(page, 200);
  });
}
