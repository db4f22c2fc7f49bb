import { randomUUID } from "node:crypto";
import { blobSource } from "@trainchain/api-client";
import { uploads, webhooks } from "@trainchain/db";
import { deleteTrials } from "@trainchain/db/market";
import { resultContext } from "@trainchain/protocol";
import { mailTokenOf, seal } from "@trainchain/storage";
import { isNull } from "drizzle-orm";
import {
  evaluation,
  firstContributor,
  insertAggregation,
  insertDraft,
  insertEvent,
  insertJob,
  insertRunningJob,
  insertSlot,
  insertStats,
  insertSubmission,
  insertTrial,
  insertVerification,
  requester,
  requestOf,
  storeAdapter,
  storeContent,
} from "./fixtures.ts";
import { signedSubmission } from "./messages.ts";
import type { TestApi } from "./start-test-api.ts";

/** What a call is made with; made anew for each, so that no call meets what another has left. */
export interface Call {
  path: string;
  json?: unknown;
  body?: BodyInit;
  headers?: Record<string, string>;
}

/** What the table's calls are about: things of the requester and of one contributor. */
export async function createAccessWorld(api: TestApi) {
  const running = await insertRunningJob(api);
  const { jobId } = running;
  await insertVerification(api, jobId, firstContributor);
  const closed = await closedJob(api);
  const waiting = await insertJob(api, { minContributors: 1 });
  await insertSlot(api, waiting, firstContributor, { status: "submitted" });
  const cid = await storeContent(api, new TextEncoder().encode("public ciphertext"));
  const submission = await signedSubmission(api, jobId);
  /** A wallet may leave only so many uploads unfinished. */
  const forgetBegun = () => api.db.delete(uploads).where(isNull(uploads.finishedAt));
  const rows = () => blobSource(new Blob([`{"instruction":"${randomUUID()}"}`]), "rows.jsonl");
  const client = await api.client(requester);
  const finishedUpload = async () => {
    await forgetBegun();
    return (await client.createUpload(rows())).id;
  };
  return {
    api,
    jobId,
    closed,
    waiting,
    cid,
    submission: submission.json,
    forgetTrials: () => deleteTrials(api.db, new Date(Date.now() + 1_000)),
    trial: () => insertTrial(api, closed),
    forgetWebhooks: () => api.db.delete(webhooks),
    webhook: async () => {
      const [id, wallet] = [randomUUID(), api.wallet(requester)];
      await api.db
        .insert(webhooks)
        .values({ id, wallet, url: "https://example.org/", createdAt: new Date() });
      return id;
    },
    /** What an e-mail to an address links to. */
    mailLink: async (action: "confirm" | "unsubscribe") => {
      const [id, wallet] = [randomUUID(), api.wallet(requester)];
      await api.db.delete(webhooks);
      await api.db
        .insert(webhooks)
        .values({ id, wallet, url: "mailto:a@example.org", createdAt: new Date() });
      return `/mail/${id}/${action}?token=${await mailTokenOf(api.deps.keyRing, id)}`;
    },
    draft: async () => (await insertDraft(api, { preparation: "ready" })).id,
    request: async () => requestOf({ uploadId: await finishedUpload() }),
    finishedUpload,
    /** An upload of four bytes of which none have arrived. */
    begunUpload: async () => {
      await forgetBegun();
      const metadata = `filename ${btoa("rows.jsonl")},purpose ${btoa("dataset")}`;
      const answer = await api.call("POST", "/uploads", {
        as: requester,
        headers: { "tus-resumable": "1.0.0", "upload-length": "4", "upload-metadata": metadata },
      });
      return answer.headers.get("location")?.split("/").at(-1) ?? "";
    },
  };
}

export type AccessWorld = Awaited<ReturnType<typeof createAccessWorld>>;

/** A finished job with a result that opens. */
async function closedJob(api: TestApi): Promise<bigint> {
  const draft = await insertDraft(api, { preparation: "ready" });
  const closing = { status: "completed" as const, closedAt: new Date(), refundWei: 0n, feeWei: 0n };
  const jobId = await insertJob(api, { specCid: draft.specCid, ...closing });
  const context = resultContext({ chainId: 80_002, contract: api.escrow, jobId });
  const bytes = await seal(new TextEncoder().encode("tar"), await api.deps.keyRing.recipientFor(context));
  const { cid } = await api.deps.storage.put(bytes);
  const delivered = await storeAdapter(api, jobId);
  const contributors = [delivered];
  await insertAggregation(api, { jobId, specCid: draft.specCid, evaluation, contributors }, cid);
  await insertSlot(api, jobId, firstContributor, { status: "submitted", paidWei: 500n });
  await insertSubmission(api, jobId, firstContributor, delivered.adapterCid);
  const contributor = api.wallet(firstContributor);
  await insertEvent(api, jobId, "JobCreated");
  await insertEvent(api, jobId, "JobCompleted", { contributor, amountWei: "500" });
  await insertEvent(api, jobId, "JobClosed");
  return jobId;
}

/** A page of a contributor who is known by its work. */
export async function knownContributor({ api }: AccessWorld): Promise<string> {
  await insertStats(api, api.wallet(9)).catch(() => undefined);
  const { body } = await api.call("GET", "/jobs/contributor-pool");
  const [first] = body.items as { profileId: string }[];
  return first?.profileId ?? "";
}
