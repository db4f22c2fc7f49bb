import { createRoute } from "@hono/zod-openapi";
import { listCurves } from "@trainchain/db/market";
import { type CurvesView, curvesViewSchema, truncateAddress } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { errors, json, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { escrowQuery, jobParams } from "../jobs/job-params.ts";
import { whosePart } from "../jobs/whose-part.ts";

const route = createRoute({
  method: "get",
  operationId: "getCurves",
  path: "/jobs/{jobId}/curves",
  tags: ["jobs"],
  summary: "How the loss of each training went: all for the requester, its own for a contributor",
  security: signedIn,
  middleware: requireSession,
  request: { params: jobParams, query: escrowQuery },
  responses: { 200: json(curvesViewSchema, "The curves so far, thinned"), ...errors(400, 401, 404) },
});

export function getCurves({ connection, platform }: Deps) {
  const { db } = connection;
  return routeApp().openapi(route, async (c) => {
    const { escrow = platform.escrow } = c.req.valid("query");
    const key = { escrow, jobId: c.req.valid("param").jobId };
    const { wallet } = callerOf(c);
    const rows = await listCurves(db, { ...key, contributor: await whosePart(db, key, wallet) });
    const items: CurvesView["items"] = [...Map.groupBy(rows, ({ contributor }) => contributor)].map(
      ([contributor, points]) => ({
        slot: points[0]?.slot ?? 0,
        contributor: truncateAddress(contributor),
        points: points.map(({ step, loss }) => [step, loss]),
      }),
    );
    return c.json({ items }, 200);
  });
}
