import { createRoute } from "@hono/zod-openapi";
import { type ChainEventRow, findJob, listJobEvents } from "@trainchain/db/market";
import {
  pageOf,
  pageSchema,
  type TimelineEvent,
  timelineEventSchema,
  truncateAddress,
} from "@trainchain/protocol";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { cursorBigint, readCursor, toPage } from "../http/paging.ts";
import { errors, json } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { escrowQuery, jobParams, unknownJob } from "../jobs/job-params.ts";

const route = createRoute({
  method: "get",
  operationId: "listTimeline",
  path: "/jobs/{jobId}/timeline",
  tags: ["jobs"],
  summary: "What happened to a job on chain, in order",
  request: { params: jobParams, query: pageSchema.extend(escrowQuery.shape) },
  responses: { 200: json(pageOf(timelineEventSchema), "A page of events"), ...errors(400, 404) },
});

const cursorSchema = z.tuple([cursorBigint, z.number().int().min(0)]);

export function listTimeline({ connection, platform }: Deps) {
  const { db } = connection;
  return routeApp().openapi(route, async (c) => {
    const { jobId } = c.req.valid("param");
    const { limit, cursor, escrow = platform.escrow } = c.req.valid("query");
    const after = readCursor(cursor, cursorSchema);
    if (!(await findJob(db, { escrow, jobId }))) throw unknownJob({ jobId });
    const events = await listJobEvents(db, {
      escrow,
      jobId,
      after: after && { blockNumber: after[0], logIndex: after[1] },
      limit: limit + 1,
    });
    const page = toPage(
      events,
      limit,
      (event) => [event.blockNumber.toString(), event.logIndex],
      toTimelineEvent,
    );
    return c.json(page, 200);
  });
}

/** Wallets are truncated wherever they stand; nested values (the terms) are in GET /jobs/{jobId}. */
function toTimelineEvent(event: ChainEventRow): TimelineEvent {
  const details: TimelineEvent["details"] = {};
  for (const [name, value] of Object.entries(event.args)) {
    if (name === "contributor" || name === "jobId") continue;
    if (typeof value === "string")
      details[name] = /^0x[0-9a-fA-F]{40}$/.test(value) ? truncateAddress(value) : value;
    else if (typeof value === "number" || typeof value === "boolean" || value === null) details[name] = value;
  }
  const { contributor } = event.args;
  return {
    event: event.name,
    contributor: typeof contributor === "string" ? truncateAddress(contributor) : null,
    details,
    transactionHash: event.transactionHash,
    blockNumber: event.blockNumber.toString(),
    at: event.minedAt.toISOString(),
  };
}
