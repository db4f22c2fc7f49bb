import { createRoute, z } from "@hono/zod-openapi";
import { type Address, adapterContext, jobIdSchema, TrainChainError } from "@trainchain/protocol";
import { unseal } from "@trainchain/storage";
import type { Deps } from "../deps.ts";
import { bytesSchema, errors, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { getPaidResult } from "../jobs/paid-result.ts";

const route = createRoute({
  method: "get",
  operationId: "downloadAdapter",
  path: "/jobs/{jobId}/adapters/{slot}",
  tags: ["jobs"],
  summary: "What was delivered in one slot of a job with a result, for the requester who paid for it",
  security: signedIn,
  middleware: requireSession,
  request: { params: z.object({ jobId: jobIdSchema, slot: z.coerce.number().int().min(0).max(31) }) },
  responses: {
    200: {
      description: "The delivery in the clear, as its contributor sealed it",
      content: { "application/octet-stream": { schema: bytesSchema } },
    },
    ...errors(400, 401, 404, 409),
  },
});

export function downloadAdapter({ connection, platform, storage, keyRing }: Deps) {
  const { escrow, chainId } = platform;
  return routeApp().openapi(route, async (c) => {
    const { jobId, slot } = c.req.valid("param");
    const { result } = await getPaidResult(connection.db, { escrow, jobId }, callerOf(c).wallet);
    const delivered = result.contributors.find((one) => one.slot === slot);
    if (!delivered)
      throw new TrainChainError("not-found", `nobody was paid for slot ${slot} of job ${jobId}`, {
        fix: "The job's receipt names the slots.",
      });
    const contributor = delivered.contributor as Address;
    const context = adapterContext({ chainId, contract: escrow, jobId, slot, contributor });
    const sealed = await storage.get(delivered.adapterCid);
    return c.body(await unseal(sealed, await keyRing.identityFor(context)), 200, {
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename="trainchain-job-${jobId}-slot-${slot}.safetensors"`,
      "cache-control": "no-store",
    });
  });
}
