import { createRoute } from "@hono/zod-openapi";
import { findShard, findSlot } from "@trainchain/db/market";
import { adapterContext, assignmentViewSchema, shardContext, TrainChainError } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { errors, json, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { jobParams } from "../jobs/job-params.ts";
import { findJobWithSlots } from "../jobs/job-record.ts";
import { servedSpec } from "../jobs/job-view.ts";

const route = createRoute({
  method: "get",
  path: "/jobs/{jobId}/assignment",
  tags: ["contributing"],
  summary: "The caller's shard of a job, the key to it, and whom to seal the adapter to",
  security: signedIn,
  middleware: requireSession,
  request: { params: jobParams },
  responses: { 200: json(assignmentViewSchema, "The assignment"), ...errors(400, 401, 404) },
});

export function getAssignment({ connection, platform, keyRing, limits }: Deps) {
  const { db } = connection;
  return routeApp().openapi(route, async (c) => {
    const { jobId } = c.req.valid("param");
    const contributor = callerOf(c).wallet;
    const { escrow, chainId } = platform;
    const held = await findSlot(db, { escrow, jobId, contributor });
    if (held?.status !== "accepted" && held?.status !== "submitted") throw noSlot(jobId);
    const record = await findJobWithSlots(db, { escrow, jobId });
    const spec = record && servedSpec(record, platform);
    const shard = spec && (await findShard(db, spec.draftId, held.slot));
    if (!shard || !record.job.specCid) throw noSlot(jobId);
    const { cid, rows, sizeBytes, sha256 } = shard;
    const identity = await keyRing.identityFor(shardContext({ draftId: spec.draftId, index: held.slot }));
    const sealedTo = { chainId, contract: escrow, jobId, slot: held.slot, contributor };
    c.header("cache-control", "no-store");
    return c.json(
      {
        jobId: jobId.toString(),
        slot: held.slot,
        deadline: held.deadline?.toISOString() ?? null,
        spec,
        specCid: record.job.specCid,
        shard: { cid, rows, sizeBytes, sha256, identity },
        adapter: {
          recipient: await keyRing.recipientFor(adapterContext(sealedTo)),
          maxBytes: limits.adapterBytes,
        },
        delegate: held.delegate,
      },
      200,
    );
  });
}

/** One answer for everybody without a live slot, whether or not the job exists. */
export function noSlot(jobId: bigint): TrainChainError {
  return new TrainChainError("not-found", `you hold no slot of job ${jobId}`, {
    fix: "Accept the job first; the slot appears once the transaction is confirmed.",
    facts: { jobId: jobId.toString() },
  });
}
