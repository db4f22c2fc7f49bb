import { createRoute } from "@hono/zod-openapi";
import { findAggregation, findJob, listAllJobEvents, listShardCids } from "@trainchain/db/market";
import { anyReceiptSchema, TrainChainError } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { errors, json } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { escrowQuery, jobParams, unknownJob } from "../jobs/job-params.ts";

const route = createRoute({
  method: "get",
  operationId: "getReceipt",
  path: "/jobs/{jobId}/receipt",
  tags: ["jobs"],
  summary: "What a closed job came to: losses, checks, payouts and transactions",
  request: { params: jobParams, query: escrowQuery },
  responses: {
    200: json(anyReceiptSchema, "The receipt"),
    ...errors(400, 404, 409),
  },
});

export function getReceipt({ connection, platform }: Deps) {
  const { db } = connection;
  return routeApp().openapi(route, async (c) => {
    const { jobId } = c.req.valid("param");
    const { escrow = platform.escrow } = c.req.valid("query");
    const key = { escrow, jobId };
    const [job, aggregation] = await Promise.all([findJob(db, key), findAggregation(db, key)]);
    if (!job) throw unknownJob(key);
    if (job.status === "open") {
      throw new TrainChainError("not-ready", `job ${jobId} is still open`, {
        fix: "Wait until it is closed; GET /jobs/{jobId}/events tells when.",
      });
    }
    if (!aggregation) {
      throw new TrainChainError("not-found", `job ${jobId} was ${job.status} without a result`, {
        fix: "GET /jobs/{jobId}/timeline says what was paid and refunded.",
      });
    }
    const events = await listAllJobEvents(db, key);
    const payouts = events
      .filter(({ name }) => name === "JobCompleted")
      .map(({ args }) => ({ contributor: String(args.contributor), amountWei: String(args.amountWei) }));
    const transactions = events.map(({ name, transactionHash, blockNumber }) => ({
      event: name,
      hash: transactionHash,
      blockNumber: blockNumber.toString(),
    }));
    return c.json(
      {
        result: aggregation.result,
        resultCid: aggregation.resultCid,
        platform: platform.publicUrl,
        shards: await listShardCids(db, aggregation.result.specCid),
        status: job.status,
        stakeWei: job.stakeWei.toString(),
        feeWei: (job.feeWei ?? 0n).toString(),
        refundWei: (job.refundWei ?? 0n).toString(),
        payouts,
        transactions,
      },
      200,
    );
  });
}
