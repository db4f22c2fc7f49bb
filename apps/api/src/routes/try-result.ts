import { randomUUID } from "node:crypto";
import { createRoute } from "@hono/zod-openapi";
import { type AggregationRow, createTrial } from "@trainchain/db/market";
import {
  createTrialSchema,
  kindOfResult,
  kindWords,
  TrainChainError,
  trialLimits,
  trialViewSchema,
} from "@trainchain/protocol";
import type { Deps } from "../deps.ts";
import { bodyErrors, json, jsonBody, signedIn } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { jobParams } from "../jobs/job-params.ts";
import { getPaidResult } from "../jobs/paid-result.ts";
import { toTrialView } from "../jobs/trial-view.ts";

const route = createRoute({
  method: "post",
  operationId: "tryResult",
  path: "/jobs/{jobId}/trials",
  tags: ["jobs"],
  summary: "Ask base and tuned model of a finished LLM job, for its requester; one prompt at a time",
  security: signedIn,
  middleware: requireSession,
  request: { params: jobParams, body: jsonBody(createTrialSchema) },
  responses: {
    202: json(trialViewSchema, "The prompt; GET it by its id until it is answered"),
    ...bodyErrors(400, 401, 404, 409),
  },
});

export function tryResult({ connection, platform }: Deps) {
  const { db } = connection;
  return routeApp().openapi(route, async (c) => {
    const { wallet } = callerOf(c);
    const { prompt } = c.req.valid("json");
    const key = { escrow: platform.escrow, jobId: c.req.valid("param").jobId };
    assertCanAnswer(await getPaidResult(db, key, wallet));
    const askedAt = new Date();
    const trial = { ...key, id: randomUUID(), requester: wallet, prompt, askedAt };
    const waitingSince = new Date(askedAt.getTime() - trialLimits.answerMs);
    if (!(await createTrial(db, trial, waitingSince)))
      throw new TrainChainError("conflict", "your last prompt is still being answered", {
        fix: "Wait for its answers; one prompt is answered at a time.",
      });
    return c.json(toTrialView({ trial, answered: null }, askedAt), 202);
  });
}

/** A result that was measured on held-out rows is one of a platform that can run its model. */
function assertCanAnswer({ jobId, result }: AggregationRow): void {
  if (kindWords[kindOfResult(result)].answers && result.evaluation) return;
  throw new TrainChainError("conflict", `the result of job ${jobId} cannot be tried here`, {
    fix: "Download it and run `trainchain result try`: this platform runs language models with an evaluator only.",
  });
}
