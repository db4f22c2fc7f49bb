import { createRoute } from "@hono/zod-openapi";
import { findJob, rateContributor as keepRating, listSlotsOfJobs } from "@trainchain/db/market";
import { isDelivered, rateContributorSchema, ratingMessage, TrainChainError } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { bodyErrors, jsonBody, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { jobParams, notRequested } from "../jobs/job-params.ts";
import { isSignedBy } from "../login/is-signed-by.ts";

const route = createRoute({
  method: "post",
  operationId: "rateContributor",
  path: "/jobs/{jobId}/ratings",
  tags: ["jobs"],
  summary: "Rate a contributor of the caller's completed job, once, with the caller's signature",
  security: signedIn,
  middleware: requireSession,
  request: { params: jobParams, body: jsonBody(rateContributorSchema) },
  responses: { 204: { description: "The rating is kept" }, ...bodyErrors(400, 401, 404, 409) },
});

export function rateContributor({ connection, platform, chain }: Deps) {
  const { db } = connection;
  return routeApp().openapi(route, async (c) => {
    const key = { escrow: platform.escrow, jobId: c.req.valid("param").jobId };
    const { slot, stars, text, signature } = c.req.valid("json");
    const { wallet } = callerOf(c);
    const job = await findJob(db, key);
    if (!job?.own || job.requester !== wallet) throw notRequested(key);
    if (job.status !== "completed") {
      throw new TrainChainError("conflict", `job ${key.jobId} is not completed`, {
        fix: "Rate contributors once the job is completed.",
      });
    }
    const delivered = (await listSlotsOfJobs(db, [key])).find((one) => one.slot === slot && isDelivered(one));
    if (!delivered) {
      throw new TrainChainError(
        "invalid-input",
        `slot: nobody delivered in slot ${slot} of job ${key.jobId}`,
        {
          fix: "Name a slot whose contributor was paid.",
        },
      );
    }
    const message = ratingMessage({ chainId: platform.chainId, ...key, slot, stars, text });
    if (!(await isSignedBy(chain, wallet, message, signature))) {
      throw new TrainChainError("invalid-input", "signature: it is not the requester's of this rating", {
        fix: "Sign the rating with the wallet that is signed in.",
      });
    }
    const { contributor } = delivered;
    if (!(await keepRating(db, { ...key, contributor, stars, text, signature }))) {
      throw new TrainChainError("conflict", `you have rated slot ${slot} of job ${key.jobId} already`, {
        fix: "A rating stands as it was signed.",
      });
    }
    return c.body(null, 204);
  });
}
