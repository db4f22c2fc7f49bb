import { createRoute, z } from "@hono/zod-openapi";
import { findJob, findPaidDelivery } from "@trainchain/db/market";
import { type Address, adapterContext, jobIdSchema, TrainChainError } from "@trainchain/protocol";
import { unseal } from "@trainchain/storage";
import type { Deps } from "../deps.ts";
import { bytesSchema, errors, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { escrowQuery, notRequested } from "../jobs/job-params.ts";

const slotSchema = z.coerce
  .number()
  .int()
  .min(0)
  .max(31)
  // Of what it is made from the document would say that it may be missing.
  .openapi({ param: { required: true }, type: "integer" });

const route = createRoute({
  method: "get",
  operationId: "downloadAdapter",
  path: "/jobs/{jobId}/adapters/{slot}",
  tags: ["jobs"],
  summary: "What was delivered in one slot of a job that has ended, for the requester who paid for it",
  security: signedIn,
  middleware: requireSession,
  request: { params: z.object({ jobId: jobIdSchema, slot: slotSchema }), query: escrowQuery },
  responses: {
    200: {
      description: "The delivery in the clear, as its contributor sealed it",
      content: { "application/octet-stream": { schema: bytesSchema } },
    },
    ...errors(400, 401, 404, 409),
  },
});

export function downloadAdapter({ connection, platform, storage, keyRing }: Deps) {
  const { chainId } = platform;
  return routeApp().openapi(route, async (c) => {
    const { jobId, slot } = c.req.valid("param");
    const { escrow = platform.escrow } = c.req.valid("query");
    const job = await findJob(connection.db, { escrow, jobId });
    if (job?.requester !== callerOf(c).wallet) throw notRequested({ jobId });
    if (job.status === "open")
      throw new TrainChainError("not-ready", `job ${jobId} is open, and nothing is paid for yet`, {
        fix: "Wait until the job has ended.",
      });
    const delivered = await findPaidDelivery(connection.db, { escrow, jobId, slot });
    if (!delivered)
      throw new TrainChainError("not-found", `nobody was paid for slot ${slot} of job ${jobId}`, {
        fix: "The job's page names the slots.",
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
