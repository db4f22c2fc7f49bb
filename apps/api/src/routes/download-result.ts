import { createRoute } from "@hono/zod-openapi";
import { resultContext } from "@trainchain/protocol";
import { unseal } from "@trainchain/storage";
import type { Deps } from "../deps.ts";
import { bytesSchema, errors, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { escrowQuery, jobParams } from "../jobs/job-params.ts";
import { getPaidResult } from "../jobs/paid-result.ts";

const route = createRoute({
  method: "get",
  operationId: "downloadResult",
  path: "/jobs/{jobId}/result",
  tags: ["jobs"],
  summary: "The result bundle as a tar archive, for the requester",
  security: signedIn,
  middleware: requireSession,
  request: { params: jobParams, query: escrowQuery },
  responses: {
    200: { description: "The unsealed bundle", content: { "application/x-tar": { schema: bytesSchema } } },
    ...errors(400, 401, 404, 409),
  },
});

export function downloadResult({ connection, platform, storage, keyRing }: Deps) {
  const { db } = connection;
  const { chainId } = platform;
  return routeApp().openapi(route, async (c) => {
    const { jobId } = c.req.valid("param");
    const { escrow = platform.escrow } = c.req.valid("query");
    const key = { escrow, jobId };
    const aggregation = await getPaidResult(db, key, callerOf(c).wallet);
    const sealed = await storage.get(aggregation.bundleCid);
    const identity = await keyRing.identityFor(resultContext({ chainId, contract: escrow, jobId }));
    return c.body(await unseal(sealed, identity), 200, {
      "content-type": "application/x-tar",
      "content-disposition": `attachment; filename="trainchain-job-${jobId}.tar"`,
      "cache-control": "no-store",
    });
  });
}
