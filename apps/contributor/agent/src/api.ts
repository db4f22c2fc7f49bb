import {
  type AssignmentView,
  adapterUploadViewSchema,
  assignmentViewSchema,
  type ConfigView,
  type ContributionView,
  configViewSchema,
  contributionViewSchema,
  type ErrorCode,
  errorBodySchema,
  errorTable,
  type JobView,
  jobViewSchema,
  loginViewSchema,
  nonceViewSchema,
  pageOf,
  relayViewSchema,
  TrainChainError,
  type TrainerEvent,
  uploadViewSchema,
  type VerificationView,
  verificationsViewSchema,
} from "@trainchain/protocol";
import type { LocalAccount } from "viem";
import { createSiweMessage } from "viem/siwe";
import { z } from "zod";
import { findSession, keepSession } from "./session.ts";

const answerTimeoutMs = 30_000;

export interface ApiOptions {
  /** Without a path at its end. */
  apiUrl: string;
  account: LocalAccount;
  /** Where the login is kept between starts. */
  sessionFile: string;
}

interface Call {
  body?: unknown;
  signal?: AbortSignal;
}

/** What the agent asks of the platform. Signs in by itself, and anew when a session has ended. */
export interface Api {
  readonly url: string;
  config(signal?: AbortSignal): Promise<ConfigView>;
  listOpenJobs(signal?: AbortSignal): Promise<JobView[]>;
  getJob(jobId: string, signal?: AbortSignal): Promise<JobView>;
  getAssignment(jobId: string, signal?: AbortSignal): Promise<AssignmentView>;
  reportProgress(jobId: string, event: TrainerEvent, signal?: AbortSignal): Promise<void>;
  getAdapterUpload(jobId: string, signal?: AbortSignal): Promise<z.infer<typeof adapterUploadViewSchema>>;
  getUpload(id: string, signal?: AbortSignal): Promise<z.infer<typeof uploadViewSchema>>;
  submitAdapter(body: object, signal?: AbortSignal): Promise<void>;
  listVerifications(jobId: string, signal?: AbortSignal): Promise<VerificationView[]>;
  findContribution(jobId: string, signal?: AbortSignal): Promise<ContributionView | undefined>;
  /** Stored bytes from an offset on; the answer's status is 206 where the server honoured it. */
  getContent(cid: string, offsetBytes: number, signal?: AbortSignal): Promise<Response>;
  authorization(): Promise<{ authorization: string }>;
}

export function createApi({ apiUrl, account, sessionFile }: ApiOptions): Api {
  const wallet = account.address.toLowerCase();
  let token: Promise<string> | undefined;

  async function call<Schema extends z.ZodType>(
    schema: Schema,
    method: string,
    path: string,
    options: Call = {},
  ): Promise<z.infer<Schema>> {
    for (let attempt = 1; ; attempt++) {
      const response = await send(method, path, options, { authorization: `Bearer ${await signedIn()}` });
      if (response.status === 401 && attempt === 1) {
        token = signIn();
        continue;
      }
      if (!response.ok) throw await toError(response, `${method} ${path}`);
      return schema.parse(response.status === 204 ? undefined : await response.json());
    }
  }

  async function send(method: string, path: string, { body, signal }: Call, headers: Record<string, string>) {
    const limits = [AbortSignal.timeout(answerTimeoutMs), ...(signal ? [signal] : [])];
    try {
      return await fetch(`${apiUrl}${path}`, {
        method,
        headers: body === undefined ? headers : { ...headers, "content-type": "application/json" },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.any(limits),
      });
    } catch (cause) {
      signal?.throwIfAborted();
      throw unreachable(apiUrl, cause);
    }
  }

  async function open<Schema extends z.ZodType>(
    schema: Schema,
    method: string,
    path: string,
    options: Call = {},
  ) {
    const response = await send(method, path, options, {});
    if (!response.ok) throw await toError(response, `${method} ${path}`);
    return schema.parse(await response.json());
  }

  function signedIn(): Promise<string> {
    token ??= findSession(sessionFile, { apiUrl, wallet }).then((kept) => kept?.token ?? signIn());
    token.catch(() => {
      token = undefined;
    });
    return token;
  }

  async function signIn(): Promise<string> {
    const [{ chainId }, { nonce }] = await Promise.all([
      open(configViewSchema, "GET", "/config"),
      open(nonceViewSchema, "POST", "/auth/nonce"),
    ]);
    const { host, origin } = new URL(apiUrl);
    const message = createSiweMessage({
      address: account.address,
      chainId,
      domain: host,
      uri: origin,
      nonce,
      version: "1",
      statement: "Sign in to TrainChain.",
      issuedAt: new Date(),
    });
    const signature = await account.signMessage({ message });
    const login = await open(loginViewSchema, "POST", "/auth/login", { body: { message, signature } });
    await keepSession(sessionFile, { apiUrl, wallet, token: login.token, expiresAt: login.expiresAt });
    return login.token;
  }

  return {
    url: apiUrl,
    config: (signal) => open(configViewSchema, "GET", "/config", { signal }),
    getJob: (jobId, signal) => call(jobViewSchema, "GET", `/jobs/${jobId}`, { signal }),
    async listOpenJobs(signal) {
      const query = "/jobs?status=open&kind=llm-finetune&limit=100";
      return (await call(pageOf(jobViewSchema), "GET", query, { signal })).items;
    },
    getAssignment: (jobId, signal) =>
      call(assignmentViewSchema, "GET", `/jobs/${jobId}/assignment`, { signal }),
    reportProgress: (jobId, event, signal) =>
      call(z.undefined(), "POST", `/jobs/${jobId}/progress`, { body: event, signal }),
    getAdapterUpload: (jobId, signal) =>
      call(adapterUploadViewSchema, "POST", `/jobs/${jobId}/adapter-upload`, { signal }),
    getUpload: (id, signal) => call(uploadViewSchema, "GET", `/uploads-status/${id}`, { signal }),
    async submitAdapter(body, signal) {
      await call(relayViewSchema, "POST", "/jobs/submit-adapter", { body, signal });
    },
    async listVerifications(jobId, signal) {
      return (await call(verificationsViewSchema, "GET", `/jobs/${jobId}/verification`, { signal })).items;
    },
    async findContribution(jobId, signal) {
      for (let cursor: string | null = ""; cursor !== null; ) {
        const page: { items: ContributionView[]; nextCursor: string | null } = await call(
          pageOf(contributionViewSchema),
          "GET",
          `/me/contributions?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
          { signal },
        );
        const found = page.items.find((contribution) => contribution.jobId === jobId);
        if (found) return found;
        cursor = page.nextCursor;
      }
      return undefined;
    },
    async getContent(cid, offsetBytes, signal) {
      const headers: Record<string, string> = offsetBytes > 0 ? { range: `bytes=${offsetBytes}-` } : {};
      const response = await fetch(`${apiUrl}/ipfs/${cid}`, { headers, signal: signal ?? null }).catch(
        (cause) => {
          signal?.throwIfAborted();
          throw unreachable(apiUrl, cause);
        },
      );
      if (!response.ok) throw await toError(response, `GET /ipfs/${cid}`);
      return response;
    },
    authorization: async () => ({ authorization: `Bearer ${await signedIn()}` }),
  };
}

async function toError(response: Response, request: string): Promise<TrainChainError> {
  const body = errorBodySchema.safeParse(await response.json().catch(() => undefined));
  if (!body.success)
    return new TrainChainError(
      response.status >= 500 ? "timeout" : "internal",
      `${request} was answered with ${response.status}`,
      { fix: "Try again later." },
    );
  const { code, message, fix, requestId } = body.data.error;
  return new TrainChainError(code in errorTable ? (code as ErrorCode) : "internal", message, {
    fix: fix ?? undefined,
    facts: { requestId },
  });
}

function unreachable(apiUrl: string, cause: unknown): TrainChainError {
  return new TrainChainError("timeout", `the platform at ${apiUrl} does not answer`, {
    fix: "Check the network and the address; the work goes on where it stopped.",
    cause,
  });
}
