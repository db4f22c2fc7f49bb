import { createRoute } from "@hono/zod-openapi";
import { listVerifications } from "@trainchain/db/market";
import { truncateAddress, verificationsViewSchema } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { errors, json, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { escrowQuery, jobParams } from "../jobs/job-params.ts";
import { whosePart } from "../jobs/whose-part.ts";

const route = createRoute({
  method: "get",
  operationId: "getVerification",
  path: "/jobs/{jobId}/verification",
  tags: ["jobs"],
  summary: "Verdicts on the submitted adapters: all for the requester, its own for a contributor",
  security: signedIn,
  middleware: requireSession,
  request: { params: jobParams, query: escrowQuery },
  responses: { 200: json(verificationsViewSchema, "The verdicts so far"), ...errors(400, 401, 404) },
});

export function getVerification({ connection, platform }: Deps) {
  const { db } = connection;
  return routeApp().openapi(route, async (c) => {
    const { escrow = platform.escrow } = c.req.valid("query");
    const key = { escrow, jobId: c.req.valid("param").jobId };
    const { wallet } = callerOf(c);
    const verdicts = await listVerifications(db, { ...key, contributor: await whosePart(db, key, wallet) });
    const items = verdicts.map((row) => ({
      contributor: truncateAddress(row.contributor),
      yours: row.contributor === wallet,
      verdict: row.verdict,
      checks: row.checks,
      heldOutLoss: row.heldOutLoss,
      bitsPerByte: row.bitsPerByte,
      reasonCid: row.reasonCid,
      verifiedAt: row.verifiedAt.toISOString(),
    }));
    return c.json({ items }, 200);
  });
}
