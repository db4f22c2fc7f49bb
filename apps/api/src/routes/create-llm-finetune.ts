import { randomInt, randomUUID } from "node:crypto";
import { createRoute } from "@hono/zod-openapi";
import { enqueueTask } from "@trainchain/db";
import { createDraft, findDraft, findDraftOfUpload, findUpload, lockUpload } from "@trainchain/db/market";
import {
  type CreateLlmFinetune,
  createdDraftViewSchema,
  createLlmFinetuneSchema,
  TrainChainError,
} from "@trainchain/protocol";
import type { Deps, Platform } from "../deps.ts";
import { json, jsonBody, signedIn, writeErrors } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { chainNow } from "../jobs/chain-clock.ts";
import { toDraftView } from "../jobs/draft-view.ts";
import { unknownUpload } from "../uploads/receive-uploads.ts";

const route = createRoute({
  method: "post",
  path: "/jobs/llm-finetune",
  tags: ["jobs"],
  summary:
    "Request a fine-tuning job: its dataset is checked, split and sealed, then its terms can be signed",
  security: signedIn,
  middleware: requireSession,
  request: { body: jsonBody(createLlmFinetuneSchema) },
  responses: {
    202: json(createdDraftViewSchema, "The draft; its preparation is queued"),
    ...writeErrors(400, 401, 404, 409),
  },
});

export function createLlmFinetune({ connection, platform }: Deps) {
  const { db } = connection;
  return routeApp().openapi(route, async (c) => {
    const body = c.req.valid("json");
    const requester = callerOf(c).wallet;
    assertPossible(body, platform);
    const upload = await findUpload(db, { id: body.uploadId, owner: requester });
    if (upload?.purpose !== "dataset") throw unknownUpload(body.uploadId);
    if (!upload.finishedAt) {
      throw new TrainChainError("not-ready", `the upload ${upload.id} is not finished`, {
        fix: "Send its missing bytes first (HEAD /uploads/{id} says where it stands).",
      });
    }
    const id = randomUUID();
    await db.transaction(async (tx) => {
      // Two requests at once for one dataset come here one after the other.
      await lockUpload(tx, upload.id);
      const other = await findDraftOfUpload(tx, upload.id);
      if (other) {
        throw new TrainChainError("conflict", `the upload ${upload.id} belongs to another request`, {
          fix: "Upload the dataset again for a new request.",
        });
      }
      const request = withDefaults(body);
      const kind = "llm-finetune";
      await createDraft(tx, { id, kind, requester, uploadId: upload.id, request, createdAt: new Date() });
      await enqueueTask(tx, "shard-dataset", { draftId: id }, { key: `shard-dataset/${id}` });
    });
    const draft = await findDraft(db, { id, requester, escrow: platform.escrow });
    if (!draft) throw new TrainChainError("internal", `the draft ${id} was written and not found`);
    return c.json({ draft: toDraftView(draft, platform, await chainNow(db)) }, 202);
  });
}

/** What no schema can know: the operator's models, and that a share must not be nothing. */
function assertPossible(body: CreateLlmFinetune, { models }: Platform): void {
  const model = models.find(({ id }) => id === body.model);
  if (!model) {
    throw new TrainChainError("invalid-input", `model: "${body.model}" is not offered here`, {
      fix: `Choose one of ${models.map(({ id }) => id).join(", ")}.`,
    });
  }
  if (body.maxLength > model.maxLength) {
    throw new TrainChainError(
      "invalid-input",
      `maxLength: ${model.name} takes at most ${model.maxLength} tokens`,
      {
        fix: `Ask for ${model.maxLength} or less.`,
      },
    );
  }
  if (body.rewardWei < BigInt(body.contributors) * 2n) {
    throw new TrainChainError(
      "invalid-input",
      `rewardWei: too little for ${body.contributors} contributors`,
      {
        fix: "Offer a reward that leaves something for every contributor.",
      },
    );
  }
}

/** The request as it is kept: whatever the requester left open is decided now, so that a repeated task decides nothing. */
function withDefaults(body: CreateLlmFinetune): Record<string, unknown> {
  return {
    ...body,
    minContributors: body.minContributors ?? body.contributors,
    alpha: body.alpha ?? 2 * body.rank,
    seed: body.seed ?? randomInt(2 ** 32),
    rewardWei: body.rewardWei.toString(),
    bondWei: body.bondWei.toString(),
  };
}
