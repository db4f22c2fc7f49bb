import {
  type acceptJobSchema,
  anyReceiptSchema,
  assignmentViewSchema,
  balanceViewSchema,
  configViewSchema,
  contributionViewSchema,
  contributorProfileViewSchema,
  contributorViewSchema,
  createdDraftViewSchema,
  createdWebhookViewSchema,
  curvesViewSchema,
  type DraftChangesInput,
  type DraftView,
  draftViewSchema,
  type GpuTier,
  type JobKind,
  type JobRequest,
  type JobStatus,
  type KindTrainer,
  loginViewSchema,
  nonceViewSchema,
  type PushKeys,
  pageOf,
  profileViewSchema,
  progressEventSchema,
  pushKeyViewSchema,
  type RateContributor,
  ratingsViewSchema,
  receiptSchema,
  relayViewSchema,
  replayViewSchema,
  type SentStake,
  sessionViewSchema,
  TrainChainError,
  type TrainerEvent,
  timelineEventSchema,
  tokenizerViewSchema,
  totalsViewSchema,
  trialViewSchema,
  uploadViewSchema,
  verificationsViewSchema,
  webhookDeliveriesViewSchema,
  webhooksViewSchema,
} from "@trainchain/protocol";
import type { z } from "zod";
import { readJob, readJobs, readRequests } from "./known-jobs.ts";
import { type Connection, foreignAnswer, type RequestOptions, send } from "./request.ts";
import { pause, withRetries } from "./retry.ts";
import { signInMessage } from "./sign-in-message.ts";
import { blobSource, type UploadOptions, type UploadSource, upload } from "./upload.ts";
import { type JobChange, watchJob } from "./watch-job.ts";

export interface ApiClientOptions {
  /** Where the API is, such as http://127.0.0.1:4000. */
  baseUrl: string;
  /** A session's token from an earlier sign-in. */
  token?: string;
  /** False in a site's pages: the cookie carries the session there, and no script need hold its token. */
  keepToken?: boolean;
  /** What a TrainChainError that it throws says is passed on as it is. */
  fetch?: typeof fetch;
}

/** Whoever can sign a text for a wallet: a viem account, or a browser's wallet. The address must be checksummed. */
export interface Signer {
  address: string;
  signMessage(message: { message: string }): Promise<string>;
}

export interface PageQuery {
  limit?: number;
  cursor?: string | undefined;
}

export type JobId = string | bigint;
export type ApiClient = ReturnType<typeof createApiClient>;

/** The platform's HTTP API, typed. Every failure is a TrainChainError with the server's code, message and fix. */
export function createApiClient({ baseUrl, token, keepToken = true, fetch: fetchWith }: ApiClientOptions) {
  let currentToken = token;
  const connection: Connection = {
    baseUrl: baseUrl.replace(/\/+$/, ""),
    fetch: fetchWith ?? ((input, init) => globalThis.fetch(input, init)),
    token: () => currentToken,
  };

  async function fetchJson(path: string, options?: RequestOptions): Promise<unknown> {
    const response = await send(connection, path, options);
    return response.json().catch((error: unknown) => {
      throw error instanceof SyntaxError ? foreignAnswer(response) : error;
    });
  }

  async function call<Schema extends z.ZodType>(
    schema: Schema,
    path: string,
    options?: RequestOptions,
  ): Promise<z.output<Schema>> {
    return schema.parse(await fetchJson(path, options));
  }

  /** Sent again where its answer was lost: by its key the server knows it, and makes one draft of it. */
  async function makeDraft(
    path: string,
    json: unknown,
    method: "POST" | "PATCH" = "POST",
  ): Promise<DraftView> {
    const headers = { "idempotency-key": randomKey() };
    const send = () => call(createdDraftViewSchema, path, { method, json, headers });
    return (await withRetries(send, { retries: 3 })).draft;
  }

  const getDraft = (id: string) => call(draftViewSchema, `drafts/${encodeURIComponent(id)}`);
  const getUpload = (id: string) => call(uploadViewSchema, `uploads-status/${encodeURIComponent(id)}`);

  return {
    /** The session's token, to keep and pass to another client. */
    get token() {
      return currentToken;
    },
    getConfig: () => call(configViewSchema, "config"),
    /** A base model's tokenizer, to count tokens with before anything is sent. */
    getTokenizer: (model: string) => call(tokenizerViewSchema, "tokenizer", { query: { model } }),
    /** Jobs, contributors and money paid so far, from the chain. */
    getTotals: () => call(totalsViewSchema, "totals"),

    /**
     * Opens a session by EIP-4361. `domain` is who asks (a site passes its own; the API's host by default); what is
     * signed is good at this client's `baseUrl` alone.
     */
    async signIn(signer: Signer, { domain }: { domain?: string } = {}) {
      const [{ chainId, escrow }, { nonce, issuedAt, expiresAt }] = await Promise.all([
        call(configViewSchema, "config"),
        call(nonceViewSchema, "auth/nonce", { method: "POST" }),
      ]);
      const url = new URL(connection.baseUrl);
      const message = signInMessage({
        domain: domain ?? url.host,
        address: signer.address,
        uri: url.origin,
        chainId,
        escrow,
        nonce,
        issuedAt,
        expirationTime: expiresAt,
      });
      const signature = await signer.signMessage({ message });
      const session = await call(loginViewSchema, "auth/login", {
        method: "POST",
        json: { message, signature },
      });
      if (keepToken) currentToken = session.token;
      return session;
    },
    getSession: () => call(sessionViewSchema, "auth/session"),
    /** Ends the session; one that has ended by itself is no failure. */
    async signOut(): Promise<void> {
      await send(connection, "auth/logout", { method: "POST" }).catch((error: unknown) => {
        if (!(error instanceof TrainChainError && error.code === "not-signed-in")) throw error;
      });
      currentToken = undefined;
    },

    /** Sends a dataset (resumable); returns the finished upload. */
    async createUpload(source: UploadSource | File, options: Omit<UploadOptions, "purpose" | "jobId"> = {}) {
      return getUpload(await upload(connection, toSource(source), { ...options, purpose: "dataset" }));
    },
    getUpload,

    /** Asks for a job of a kind; the draft that it answers with is prepared next. */
    requestJob: <Kind extends JobKind>(kind: Kind, request: JobRequest<Kind>) =>
      makeDraft(`jobs/${kind}`, request),
    getDraft,
    listDrafts: (query: PageQuery & { key?: string } = {}) =>
      call(pageOf(draftViewSchema), "drafts", { query: { ...query } }),
    /** Changes what an unpaid draft asks for; the answer may be another draft, which is prepared anew. */
    changeDraft: (id: string, changes: DraftChangesInput) =>
      makeDraft(`drafts/${encodeURIComponent(id)}`, changes, "PATCH"),
    /** Says which transaction stakes for a draft, also for one that was changed meanwhile. */
    async noteStake(id: string, json: SentStake): Promise<void> {
      await send(connection, `drafts/${encodeURIComponent(id)}/stake`, { method: "PUT", json });
    },
    async deleteDraft(id: string): Promise<void> {
      await send(connection, `drafts/${encodeURIComponent(id)}`, { method: "DELETE" });
    },
    /** Waits until a draft is prepared. A dataset that was refused is thrown with its report among the facts. */
    async waitForDraft(
      id: string,
      { signal, intervalMs = 500 }: { signal?: AbortSignal; intervalMs?: number } = {},
    ): Promise<DraftView> {
      while (true) {
        signal?.throwIfAborted();
        const draft = await withRetries(() => getDraft(id), { retries: 5, signal });
        if (draft.status === "failed") throw draftFailed(draft);
        if (draft.status !== "preparing") return draft;
        await pause(intervalMs, signal);
      }
    },

    listJobs: (query: PageQuery & { status?: JobStatus; kind?: JobKind } = {}) =>
      fetchJson("jobs", { query: { ...query } }).then(readJobs),
    getJob: (jobId: JobId, { escrow }: { escrow?: string } = {}) =>
      fetchJson(`jobs/${jobId}`, { query: { escrow } }).then(readJob),
    getTimeline: (jobId: JobId, query: PageQuery & { escrow?: string } = {}) =>
      call(pageOf(timelineEventSchema), `jobs/${jobId}/timeline`, { query: { ...query } }),
    watchJob: (jobId: JobId, options?: { escrow?: string; signal?: AbortSignal }) =>
      watchJob(connection, jobId.toString(), checkJobChange, options),

    getCurves: (jobId: JobId) => call(curvesViewSchema, `jobs/${jobId}/curves`),
    /** Has a slot taken at the platform's cost; the signature is of `acceptanceTypedData`. */
    acceptJob: (jobId: JobId, accepted: z.input<typeof acceptJobSchema>) =>
      call(relayViewSchema, `jobs/${jobId}/accept`, { method: "POST", json: accepted }),
    getAssignment: (jobId: JobId) => call(assignmentViewSchema, `jobs/${jobId}/assignment`),
    async reportProgress(jobId: JobId, event: TrainerEvent): Promise<void> {
      // A heartbeat that waited would come after later ones.
      await send(connection, `jobs/${jobId}/progress`, { method: "POST", json: event, waits: 0 });
    },
    /** Stores a sealed adapter; returns its CID. */
    async uploadAdapter(
      jobId: JobId,
      source: UploadSource | File,
      options: Omit<UploadOptions, "purpose" | "jobId"> = {},
    ): Promise<string> {
      const id = await upload(connection, toSource(source), { ...options, purpose: "adapter", jobId });
      const { cid } = await getUpload(id);
      if (cid) return cid;
      throw new TrainChainError("not-ready", `the upload ${id} is not stored yet`, { fix: "Try again." });
    },
    /** Which states of the caller's training are to be handed over. */
    getReplay: (jobId: JobId) => call(replayViewSchema, `jobs/${jobId}/replay`).then(({ asked }) => asked),
    /** Hands one of them over, sealed; returns its CID. */
    async uploadBoundary(
      jobId: JobId,
      source: UploadSource,
      options: Omit<UploadOptions, "purpose" | "jobId">,
    ): Promise<string | null> {
      const id = await upload(connection, source, { ...options, purpose: "boundary", jobId });
      return (await getUpload(id)).cid;
    },
    submitAdapter: (submission: {
      jobId: JobId;
      contributor: string;
      adapterCid: string;
      signature: string;
    }) =>
      call(relayViewSchema, "jobs/submit-adapter", {
        method: "POST",
        json: { ...submission, jobId: submission.jobId.toString() },
      }),
    /** The same for what a job of any kind delivers: `kindOf(kind).trainer.submission` says where. */
    submitDelivery: (
      { path, cidAs }: KindTrainer<never>["submission"],
      { jobId, cid, ...signed }: { jobId: JobId; contributor: string; cid: string; signature: string },
    ) =>
      call(relayViewSchema, path.replace(/^\//, ""), {
        method: "POST",
        json: { ...signed, jobId: jobId.toString(), [cidAs]: cid },
      }),

    getVerification: (jobId: JobId) =>
      call(verificationsViewSchema, `jobs/${jobId}/verification`).then(({ items }) => items),
    listRatings: (jobId: JobId) =>
      call(ratingsViewSchema, `jobs/${jobId}/ratings`).then(({ items }) => items),
    /** The signature is the requester's of `ratingMessage`. */
    async rateContributor(jobId: JobId, rating: RateContributor): Promise<void> {
      await send(connection, `jobs/${jobId}/ratings`, { method: "POST", json: rating });
    },
    /** Ends the caller's job with the deliveries that it has, where they are its minimum. */
    async finishJob(jobId: JobId): Promise<void> {
      await send(connection, `jobs/${jobId}/finish`, { method: "POST" });
    },
    getReceipt: (jobId: JobId) => call(receiptSchema, `jobs/${jobId}/receipt`),
    /** Of a job of any kind. */
    getAnyReceipt: (jobId: JobId) => call(anyReceiptSchema, `jobs/${jobId}/receipt`),
    /** The result bundle, a tar archive, as it arrives. */
    async downloadResult(jobId: JobId, { signal }: { signal?: AbortSignal } = {}) {
      return bodyOf(await send(connection, `jobs/${jobId}/result`, { signal }));
    },
    /** What was delivered in one slot of the caller's finished job, in the clear, as it arrives. */
    async downloadAdapter(jobId: JobId, slot: number, { signal }: { signal?: AbortSignal } = {}) {
      return bodyOf(await send(connection, `jobs/${jobId}/adapters/${slot}`, { signal }));
    },
    /** Asks base and tuned model of the caller's finished job; `getTrial` has the answers as they come. */
    tryResult: (jobId: JobId, prompt: string) =>
      call(trialViewSchema, `jobs/${jobId}/trials`, { method: "POST", json: { prompt } }),
    getTrial: (jobId: JobId, trialId: string) =>
      call(trialViewSchema, `jobs/${jobId}/trials/${encodeURIComponent(trialId)}`),
    /** Stored bytes as they arrive; whoever needs certainty computes their CID. */
    async getContent(cid: string, { signal }: { signal?: AbortSignal } = {}) {
      return bodyOf(await send(connection, `ipfs/${cid}`, { signal }));
    },

    getContributorPool: (query: PageQuery & { sort?: string; search?: string } = {}) =>
      call(pageOf(contributorViewSchema), "jobs/contributor-pool", { query: { ...query } }),
    getContributor: (profileId: string) =>
      call(contributorProfileViewSchema, `jobs/contributor-pool/${encodeURIComponent(profileId)}`),
    getProfile: () => call(profileViewSchema, "profile"),
    setGpuTier: (gpuTier: GpuTier, { measured = false } = {}) =>
      call(profileViewSchema, "profile/gpu-tier", { method: "PUT", json: { gpuTier, measured } }),
    listMyRequests: (query: PageQuery = {}) =>
      fetchJson("me/requests", { query: { ...query } }).then(readRequests),
    listMyContributions: (query: PageQuery = {}) =>
      call(pageOf(contributionViewSchema), "me/contributions", { query: { ...query } }),
    /**
     * Has what concerns this wallet sent to an address, of a browser's subscription with its keys; the secret that signs
     * it is told this once, and null for e-mail and browsers.
     */
    createWebhook: (url: string, keys?: PushKeys) =>
      call(createdWebhookViewSchema, "me/webhooks", { method: "POST", json: { url, keys } }),
    /** What a browser subscribes with, in base64url. */
    getPushKey: () => call(pushKeyViewSchema, "me/push-key").then(({ publicKey }) => publicKey),
    listWebhooks: () => call(webhooksViewSchema, "me/webhooks").then(({ items }) => items),
    async deleteWebhook(id: string): Promise<void> {
      await send(connection, `me/webhooks/${encodeURIComponent(id)}`, { method: "DELETE" });
    },
    /** What was sent to an address, and what came of it, the newest first. */
    listWebhookDeliveries: (id: string) =>
      call(webhookDeliveriesViewSchema, `me/webhooks/${encodeURIComponent(id)}/deliveries`).then(
        ({ items }) => items,
      ),
    getMyBalance: () => call(balanceViewSchema, "me/balance"),
  };
}

function toSource(source: UploadSource | File): UploadSource {
  return source instanceof Blob ? blobSource(source, source.name) : source;
}

function bodyOf(response: Response): ReadableStream<Uint8Array> {
  if (response.body) return response.body;
  throw new TrainChainError("internal", "the answer has no body");
}

function randomKey(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join("-");
}

function draftFailed(draft: DraftView): TrainChainError {
  const { message, fix } = draft.error ?? { message: "the dataset could not be prepared", fix: undefined };
  return new TrainChainError("dataset-invalid", message, {
    fix,
    facts: { draftId: draft.id, report: draft.report },
  });
}

function checkJobChange(event: string, json: unknown): JobChange | undefined {
  if (event === "job") return { type: "job", job: readJob(json) };
  if (event === "progress") return { type: "progress", progress: progressEventSchema.parse(json) };
  return undefined;
}
