import { createRoute } from "@hono/zod-openapi";
import { finishEarly } from "@trainchain/db/market";
import { mayFinishEarly, openJobOf, TrainChainError } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { signedIn, writeErrors } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { jobParams, notRequested } from "../jobs/job-params.ts";
import { findJobWithSlots } from "../jobs/job-record.ts";

const route = createRoute({
  method: "post",
  operationId: "finishJob",
  path: "/jobs/{jobId}/finish",
  tags: ["jobs"],
  summary: "End the caller's job with the deliveries that it has, once they are its minimum",
  security: signedIn,
  middleware: requireSession,
  request: { params: jobParams },
  responses: {
    202: { description: "The job waits for no other contributor; its deliveries are verified and merged" },
    ...writeErrors(400, 401, 404, 409),
  },
});

export function finishJob({ connection, platform }: Deps) {
  const { db } = connection;
  return routeApp().openapi(route, async (c) => {
    const key = { escrow: platform.escrow, jobId: c.req.valid("param").jobId };
    const found = await findJobWithSlots(db, key);
    if (!found?.job.own || found.job.requester !== callerOf(c).wallet) throw notRequested(key);
    const { job, slots, now } = found;
    if (!job.finishesEarly) {
      const seconds = Math.floor(now.getTime() / 1_000);
      if (job.status !== "open" || !mayFinishEarly(openJobOf(job, slots), seconds))
        throw new TrainChainError("conflict", `job ${key.jobId} cannot be ended early now`, {
          fix: "That takes an open job that may still be joined, with its minimum delivered and nobody training.",
        });
      await finishEarly(db, key);
    }
    return c.body(null, 202);
  });
}
