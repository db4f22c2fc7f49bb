import {
  abilities,
  abilitiesHeader,
  type ErrorBody,
  type ErrorCode,
  errorTable,
  TrainChainError,
} from "@trainchain/protocol";
import { askedMs, pause, pauseBefore, retryAfterMs } from "./retry.ts";

export interface Connection {
  baseUrl: string;
  fetch: typeof fetch;
  /** The session's token, once signed in; in a browser the cookie does instead. */
  token: () => string | undefined;
}

export interface RequestOptions {
  method?: string;
  query?: Record<string, string | number | undefined>;
  json?: unknown;
  body?: BodyInit;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
  /** How often a busy server's wish to be asked again later is followed; its refusal is thrown then. */
  waits?: number;
}

/** A server that wants longer is told of instead: the person decides. */
const longestWaitMs = 30_000;

/**
 * Sends one request; an answer that is no success is thrown as the server's error. A server that was too busy to look
 * at it, and said for how long, is asked again then.
 */
export async function send(
  connection: Connection,
  path: string,
  options: RequestOptions = {},
): Promise<Response> {
  const { waits = 2, signal } = options;
  for (let waited = 0; ; waited++) {
    const response = await sendRaw(connection, path, options);
    if (response.ok) return response;
    const error = await readError(response);
    const isBusy = response.status === 429 || response.status === 503;
    if (!isBusy || waited >= waits || (askedMs(error) ?? Infinity) > longestWaitMs) throw error;
    await pause(pauseBefore(error, 1), signal);
  }
}

/** As `send`, but hands over any answer. Only a server that cannot be reached is an error. */
export async function sendRaw(
  connection: Connection,
  path: string,
  options: RequestOptions,
): Promise<Response> {
  const { method = "GET", query = {}, json, body, headers = {}, signal } = options;
  const url = new URL(path, `${connection.baseUrl}/`);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const token = connection.token();
  const init: RequestInit = {
    method,
    credentials: "include",
    headers: {
      ...(json === undefined ? {} : { "content-type": "application/json" }),
      ...(token ? sessionHeaders(token) : {}),
      ...headers,
    },
    body: json === undefined ? (body ?? null) : JSON.stringify(json),
    signal: signal ?? null,
  };
  try {
    return await connection.fetch(url, init);
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    if (cause instanceof TrainChainError) throw cause;
    throw new TrainChainError("timeout", `the API at ${connection.baseUrl} cannot be reached`, {
      fix: "Check the address and the network, then try again.",
      cause,
    });
  }
}

/** What a request says of a session: whose it is, and what its holder's agent can do. */
export function sessionHeaders(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}`, [abilitiesHeader]: abilities.join(",") };
}

/** The error that an answer carries; one without our body was written by something between us and the API. */
export async function readError(response: Response): Promise<TrainChainError> {
  const body = (await response.json().catch(() => undefined)) as Partial<ErrorBody> | null | undefined;
  const own = body?.error;
  const facts = {
    status: response.status,
    requestId: own?.requestId,
    problems: body?.problems,
    retryAfterMs: retryAfterMs(response),
  };
  if (typeof own?.code !== "string" || typeof own.message !== "string") return foreignAnswer(response, facts);
  const { code, message, fix } = own;
  const known = code in errorTable ? (code as ErrorCode) : codeOf(response.status);
  return new TrainChainError(known, message, { fix: fix ?? undefined, facts });
}

/** Refusals that something before the API speaks of the request itself; others say that the API is away. */
const ofRequest = [401, 413, 429];

/** What is told of an answer that is not the API's own. */
export function foreignAnswer(
  { status }: Pick<Response, "status">,
  facts: Record<string, unknown> = { status },
): TrainChainError {
  const code = status >= 500 || ofRequest.includes(status) ? codeOf(status) : "timeout";
  return new TrainChainError(code, `the server answered ${status}, and not as the platform's API does`, {
    fix: "Check the API's address; if it is right, try again later.",
    facts,
  });
}

function codeOf(status: number): ErrorCode {
  const match = Object.entries(errorTable).find(([, entry]) => entry.status === status);
  // A proxy answers 502 while what is behind it starts again, a server 408 to what came too slowly.
  const mayComeThrough = status === 408 || status > 500;
  return (match?.[0] as ErrorCode | undefined) ?? (mayComeThrough ? "timeout" : "internal");
}
