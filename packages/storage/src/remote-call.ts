import { setTimeout as pause } from "node:timers/promises";
import { TrainChainError } from "@trainchain/protocol";

export interface RemoteCallOptions {
  /** How the store is called in messages. */
  service: string;
  /** Longest wait for an answer to begin, and between pieces of it. Sending a body adds to it by its size. */
  timeoutMs: number;
  /** Further tries after a failure that may pass: no connection, 408, 429, 5xx. */
  retries: number;
}

export interface RemoteRequest {
  url: URL;
  method: "GET" | "POST" | "PATCH" | "DELETE";
  headers?: Record<string, string>;
  /** Made anew for each try. */
  body?: () => BodyInit | Promise<BodyInit>;
  bodyBytes?: number;
  /** Statuses that are answers to the caller, not failures. */
  expects?: readonly number[];
}

/** A slow line that is still worth waiting for. */
const slowestBytesPerMs = 100;

/**
 * Calls a remote store with timeouts and bounded retries. Failures become `storage-unavailable` or `timeout`; they
 * name service, host, path and status, and never a header, a query or an answer's text, where secrets could be.
 */
export function createRemoteCall({ service, timeoutMs, retries }: RemoteCallOptions) {
  const attempt = async ({ url, method, headers, body, bodyBytes = 0, expects = [] }: RemoteRequest) => {
    const waitMs = timeoutMs + bodyBytes / slowestBytesPerMs;
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), waitMs);
    const facts = { service, host: url.host, path: url.pathname };
    try {
      const init = {
        method,
        headers,
        body: await body?.(),
        signal: abort.signal,
        redirect: "error" as const,
      };
      const response = await fetch(url, init);
      if (response.ok || expects.includes(response.status)) return { response, abort };
      abort.abort();
      throw refused(service, response.status, facts);
    } catch (error) {
      if (error instanceof TrainChainError) throw error;
      if (abort.signal.aborted) throw timedOut(service, waitMs, facts);
      throw unreachable(service, facts);
    } finally {
      clearTimeout(timer);
    }
  };

  return async (request: RemoteRequest): Promise<RemoteAnswer> => {
    for (let tried = 0; ; tried++) {
      try {
        const { response, abort } = await attempt(request);
        return openAnswer(response, abort, service, timeoutMs);
      } catch (error) {
        if (tried >= retries || !(error instanceof TrainChainError) || !error.mayRetry) throw error;
        await pause(200 * 2 ** tried);
      }
    }
  };
}

/** Longest text answer that is read; a store's real ones have a few hundred bytes. */
const maxTextChars = 1_048_576;

/** An answer whose body must keep coming. */
export interface RemoteAnswer {
  status: number;
  headers: Headers;
  /** The body; fails where the next piece takes longer than the timeout. */
  pieces(): AsyncGenerator<Uint8Array>;
  /** The body as text, at most 1 MiB. */
  text(): Promise<string>;
  json(): Promise<unknown>;
  /** Ends the exchange without reading the body. */
  discard(): void;
}

function openAnswer(
  response: Response,
  abort: AbortController,
  service: string,
  timeoutMs: number,
): RemoteAnswer {
  // An unread body is ended by aborting: cancelling it lets undici fail outside of every promise that we hold.
  async function* pieces() {
    const reader = response.body?.getReader();
    if (!reader) return;
    let ended = false;
    try {
      while (true) {
        const timer = setTimeout(() => abort.abort(), timeoutMs);
        const { done, value } = await reader.read().finally(() => clearTimeout(timer));
        ended = done;
        if (done) return;
        yield value;
      }
    } catch {
      throw abort.signal.aborted
        ? timedOut(service, timeoutMs, { service })
        : unreachable(service, { service });
    } finally {
      if (!ended) abort.abort();
    }
  }

  async function text() {
    const decoder = new TextDecoder();
    let all = "";
    for await (const piece of pieces()) {
      all += decoder.decode(piece, { stream: true });
      if (all.length > maxTextChars) throw unreadable(service);
    }
    return all + decoder.decode();
  }

  return {
    status: response.status,
    headers: response.headers,
    pieces,
    text,
    async json() {
      const body = await text();
      try {
        return JSON.parse(body);
      } catch {
        throw unreadable(service);
      }
    },
    discard() {
      if (response.body) abort.abort();
    },
  };
}

export function unreadable(service: string): TrainChainError {
  return new TrainChainError("storage-unavailable", `${service} gave an answer that makes no sense`, {
    fix: `Check that the configured address is ${service}'s.`,
    facts: { service },
  });
}

function refused(service: string, status: number, facts: Record<string, unknown>): TrainChainError {
  if (status === 401 || status === 403) {
    return new TrainChainError(
      "configuration-invalid",
      `${service} refused the credentials (HTTP ${status})`,
      {
        fix: `Set a valid key for ${service}.`,
        facts: { ...facts, status },
      },
    );
  }
  if (status === 413) {
    return new TrainChainError("too-large", `${service} refused the content as too large`, {
      fix: "Store something smaller, or raise the store's limit.",
      facts: { ...facts, status },
    });
  }
  const mayPass = status === 408 || status === 429 || status >= 500;
  return new TrainChainError(
    mayPass ? "storage-unavailable" : "internal",
    `${service} answered HTTP ${status}`,
    {
      fix: mayPass ? "Try again later." : `Check the address and version of ${service}.`,
      facts: { ...facts, status },
    },
  );
}

function timedOut(service: string, waitedMs: number, facts: Record<string, unknown>): TrainChainError {
  return new TrainChainError(
    "timeout",
    `${service} did not answer within ${Math.round(waitedMs / 1_000)} s`,
    {
      fix: "Try again later.",
      facts,
    },
  );
}

function unreachable(service: string, facts: Record<string, unknown>): TrainChainError {
  return new TrainChainError("storage-unavailable", `the connection to ${service} failed`, {
    fix: "Check the network and the configured address, then try again.",
    facts,
  });
}
