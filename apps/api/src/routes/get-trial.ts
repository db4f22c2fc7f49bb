import { createRoute } from "@hono/zod-openapi";
import { findTrial, type JobKey, type TrialRecord } from "@trainchain/db/market";
import { TrainChainError, trialViewSchema } from "@trainchain/protocol";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { errors, json, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { jobParams } from "../jobs/job-params.ts";
import { toTrialView } from "../jobs/trial-view.ts";

const route = createRoute({
  method: "get",
  operationId: "getTrial",
  path: "/jobs/{jobId}/trials/{trialId}",
  tags: ["jobs"],
  summary: "A prompt of the caller's and the answers that are there so far; forgotten after an hour",
  security: signedIn,
  middleware: requireSession,
  request: { params: jobParams.extend({ trialId: z.string().max(64) }) },
  responses: { 200: json(trialViewSchema, "The prompt and its answers"), ...errors(400, 401, 404) },
});

export function getTrial({ connection, platform }: Deps) {
  return routeApp().openapi(route, async (c) => {
    const { jobId, trialId } = c.req.valid("param");
    const found = await findTrial(connection.db, trialId);
    if (!found || !isAbout(found, { escrow: platform.escrow, jobId }, callerOf(c).wallet))
      throw new TrainChainError("not-found", `job ${jobId} has no such prompt`, {
        fix: "Ask again: prompts and answers are forgotten after an hour.",
      });
    return c.json(toTrialView(found, new Date()), 200);
  });
}

function isAbout({ trial }: TrialRecord, { escrow, jobId }: JobKey, wallet: string): boolean {
  return trial.requester === wallet && trial.escrow === escrow && trial.jobId === jobId;
}
