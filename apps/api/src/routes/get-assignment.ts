import { createRoute } from "@hono/zod-openapi";
import { findShard, findSlot } from "@trainchain/db/market";
import {
  adapterContext,
  assignmentViewSchema,
  dataDraftOf,
  isTaken,
  kindOf,
  roundStartContext,
  type SealedAdapter,
  seriesOf,
  shardContext,
  TrainChainError,
} from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { errors, json, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession, viewerOf } from "../http/sessions.ts";
import { jobParams } from "../jobs/job-params.ts";
import { findJobWithSlots } from "../jobs/job-record.ts";
import { servedSpec, whatIsMissing } from "../jobs/job-view.ts";
import { shardOf } from "../jobs/shard-of.ts";

const route = createRoute({
  method: "get",
  operationId: "getAssignment",
  path: "/jobs/{jobId}/assignment",
  tags: ["contributing"],
  summary: "The caller's shard of a job, the key to it, and whom to seal the adapter to",
  security: signedIn,
  middleware: requireSession,
  request: { params: jobParams },
  responses: { 200: json(assignmentViewSchema, "The assignment"), ...errors(400, 401, 404, 409) },
});

export function getAssignment({ connection, platform, keyRing, limits }: Deps) {
  const { db } = connection;

  /** The start of a later round, with the key that the job before it sealed it for. */
  async function startOf(previousJobId: string, start: SealedAdapter) {
    const { chainId, escrow: contract } = platform;
    const sealedBy = { chainId, contract, jobId: BigInt(previousJobId) };
    return { ...start, identity: await keyRing.identityFor(roundStartContext(sealedBy)) };
  }

  return routeApp().openapi(route, async (c) => {
    const { jobId } = c.req.valid("param");
    const contributor = callerOf(c).wallet;
    const { escrow, chainId } = platform;
    const held = await findSlot(db, { escrow, jobId, contributor });
    if (!held || !isTaken(held)) throw noSlot(jobId);
    const record = await findJobWithSlots(db, { escrow, jobId });
    const spec = record && servedSpec(record, platform);
    if (!spec || !record.job.specCid) throw noSlot(jobId);
    const missing = whatIsMissing(kindOf(spec.kind).asksOf(spec), viewerOf(c).abilities);
    if (missing) throw tooOld(jobId, missing);
    const index = await shardOf(db, spec, held);
    if (index === "taken") throw shardTaken(jobId);
    if (index === "waiting") throw mayComeBack(jobId);
    const shard = await findShard(db, spec.draftId, index);
    if (!shard) throw noSlot(jobId);
    const { cid, rows, sizeBytes, sha256 } = shard;
    const series = seriesOf(spec);
    const draftId = dataDraftOf({ draftId: spec.draftId, series });
    const identity = await keyRing.identityFor(shardContext({ draftId, index }));
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
        start:
          series?.start && series.previousJobId ? await startOf(series.previousJobId, series.start) : null,
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

/** Its delivery would be refused: better no work than work in vain. */
function tooOld(jobId: bigint, missing: string): TrainChainError {
  return new TrainChainError(
    "conflict",
    `job ${jobId} asks for "${missing}", which this version of the agent cannot do`,
    { fix: "Update TrainChain on this machine, then start the agent again: it goes on with this job." },
  );
}

/** A newcomer of a later round is given nobody's part of the data who may still come back to it. */
function mayComeBack(jobId: bigint): TrainChainError {
  return new TrainChainError("not-ready", `job ${jobId} waits for contributors of its earlier rounds`, {
    fix: "Ask again: when all slots are taken, or after a tenth of the training period, a free part of the data is yours.",
    facts: { jobId: jobId.toString() },
  });
}

/** Nobody is shown two parts of a request's data, and no part goes to two contributors of one round. */
function shardTaken(jobId: bigint): TrainChainError {
  return new TrainChainError(
    "conflict",
    `the part of the data that you worked on before is with another contributor in job ${jobId}`,
    {
      fix: "Give the slot up: it is released at its deadline. Take the next round's slot earlier, before others do.",
      facts: { jobId: jobId.toString() },
    },
  );
}
