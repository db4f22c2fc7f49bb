import { createRoute } from "@hono/zod-openapi";
import { submissionTypedData } from "@trainchain/chain";
import { enqueueTask } from "@trainchain/db";
import { findJob, findSlot, type SlotRow } from "@trainchain/db/market";
import {
  relayViewSchema,
  type SubmitAdapter,
  submitAdapterSchema,
  TrainChainError,
} from "@trainchain/protocol";
import { hashTypedData, zeroAddress } from "viem";
import type { Deps } from "../deps.ts";
import { json, jsonBody, signedIn, writeErrors } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { chainNow } from "../jobs/chain-clock.ts";
import { isSignedForEscrow } from "../login/is-signed-by.ts";
import { noSlot } from "./get-assignment.ts";

const route = createRoute({
  method: "post",
  path: "/jobs/submit-adapter",
  tags: ["contributing"],
  summary: "Relay a signed submission to the escrow, at the platform's cost",
  security: signedIn,
  middleware: requireSession,
  request: { body: jsonBody(submitAdapterSchema) },
  responses: { 202: json(relayViewSchema, "Queued"), ...writeErrors(400, 401, 404, 409) },
});

export function submitAdapter({ connection, chain, platform, storage }: Deps) {
  const { db } = connection;
  const { escrow, chainId } = platform;

  async function assertSigned(submission: SubmitAdapter, slot: SlotRow): Promise<void> {
    const { jobId, contributor, adapterCid, signature } = submission;
    const typedData = submissionTypedData({ chainId, escrow }, { jobId, contributor, adapterCid });
    const hash = hashTypedData(typedData);
    const signers = [slot.delegate, slot.contributor].filter((signer) => signer !== zeroAddress);
    for (const signer of signers) {
      if (await isSignedForEscrow(chain, signer as `0x${string}`, hash, signature)) return;
    }
    throw new TrainChainError(
      "signature-invalid",
      "the submission is signed neither by the slot's wallet nor by its delegate",
      {
        fix: "Sign Submission(jobId, contributor, adapterCid) for this escrow and chain with one of these keys.",
      },
    );
  }

  return routeApp().openapi(route, async (c) => {
    const submission = c.req.valid("json");
    const { jobId, contributor, adapterCid, signature } = submission;
    if (contributor !== callerOf(c).wallet) {
      throw new TrainChainError("forbidden", "a submission is relayed for the signed-in wallet only", {
        fix: "Sign in as the slot's wallet.",
      });
    }
    const [job, slot, now] = await Promise.all([
      findJob(db, { escrow, jobId }),
      findSlot(db, { escrow, jobId, contributor }),
      chainNow(db),
    ]);
    if (!job || !slot) throw noSlot(jobId);
    assertAwaited(job.status, slot, now);
    await assertSigned(submission, slot);
    if (!(await storage.has(adapterCid))) {
      throw new TrainChainError("not-ready", `the storage has no content ${adapterCid}`, {
        fix: "Upload the sealed adapter first (POST /jobs/{jobId}/adapter-upload).",
      });
    }
    await enqueueTask(
      db,
      "relay-submission",
      { escrow, jobId: jobId.toString(), contributor, adapterCid, signature },
      { key: `relay-submission/${escrow}/${jobId}/${contributor}` },
    );
    return c.json({ status: "relaying" as const }, 202);
  });
}

function assertAwaited(jobStatus: string, slot: SlotRow, now: Date): void {
  if (jobStatus !== "open") {
    throw new TrainChainError(
      "conflict",
      `job ${slot.jobId} is ${jobStatus}: nothing can be submitted any more`,
      {
        fix: "Nothing is left to do for this job.",
      },
    );
  }
  if (slot.status !== "accepted") {
    throw new TrainChainError("conflict", `your slot of job ${slot.jobId} is ${slot.status} already`, {
      fix: "A submission is final; GET /jobs/{jobId}/verification says what became of it.",
    });
  }
  if (slot.deadline && slot.deadline < now) {
    throw new TrainChainError("conflict", `your slot's deadline was ${slot.deadline.toISOString()}`, {
      fix: "The slot can no longer deliver; take another job.",
    });
  }
}
