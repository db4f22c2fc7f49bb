import { createRoute } from "@hono/zod-openapi";
import { findJob, listRatings as findRatings } from "@trainchain/db/market";
import { ratingsViewSchema, truncateAddress } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { errors, json } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { escrowQuery, jobParams, unknownJob } from "../jobs/job-params.ts";

const route = createRoute({
  method: "get",
  operationId: "listRatings",
  path: "/jobs/{jobId}/ratings",
  tags: ["jobs"],
  summary: "What a job's requester says of its contributors",
  request: { params: jobParams, query: escrowQuery },
  responses: { 200: json(ratingsViewSchema, "The ratings, in slot order"), ...errors(400, 404) },
});

export function listRatings({ connection, platform }: Deps) {
  const { db } = connection;
  return routeApp().openapi(route, async (c) => {
    const { escrow = platform.escrow } = c.req.valid("query");
    const key = { escrow, jobId: c.req.valid("param").jobId };
    if (!(await findJob(db, key))) throw unknownJob(key);
    const ratings = await findRatings(db, key);
    const items = ratings.map(({ slot, rating }) => ({
      slot,
      contributor: truncateAddress(rating.contributor),
      stars: rating.stars,
      text: rating.text,
      ratedAt: rating.ratedAt.toISOString(),
    }));
    return c.json({ items }, 200);
  });
}
