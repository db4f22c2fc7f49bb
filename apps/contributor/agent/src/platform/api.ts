import { type ApiClient, createApiClient, sessionHeaders } from "@trainchain/api-client";
import type { LocalAccount } from "viem";
import { findSession, keepSession, type Login } from "./session.ts";
import { untilAborted } from "./until-aborted.ts";

/** A piece of an upload may take this long; everything else is answered in a moment. */
const answerTimeoutMs = 120_000;
/** Whoever leaves waits no longer for the platform. */
const leaveTimeoutMs = 10_000;

export interface ApiOptions {
  apiUrl: string;
  /** Lower case. */
  wallet: string;
  /** Where the login is kept between starts. */
  sessionFile: string;
  /** A new login when there is none or it has ended; where a person must sign it, this waits for that person. */
  signIn: () => Promise<Login>;
  /** Ends every request under way. */
  signal: AbortSignal;
}

/**
 * The platform's API for one wallet. Its login is kept between starts; when it has ended, a new one is had and the
 * request is sent again, so that a job of several days never meets the end of a session.
 */
export async function openApi(options: ApiOptions): Promise<ApiClient> {
  const { apiUrl, wallet, sessionFile, signal } = options;
  const send = boundedFetch(signal);
  let signingIn: Promise<string> | undefined;
  let token = (await findSession(sessionFile, { apiUrl, wallet }))?.token ?? (await renew());

  async function renew(): Promise<string> {
    const login = await Promise.race([options.signIn(), untilAborted(signal)]);
    await keepSession(sessionFile, { apiUrl, wallet, ...login });
    return login.token;
  }

  async function sendSignedIn(input: Parameters<typeof fetch>[0], init: RequestInit = {}): Promise<Response> {
    const withToken = () => send(input, { ...init, headers: { ...init.headers, ...sessionHeaders(token) } });
    const response = await withToken();
    if (response.status !== 401) return response;
    await response.body?.cancel();
    signingIn ??= renew().finally(() => {
      signingIn = undefined;
    });
    token = await signingIn;
    return withToken();
  }

  return createApiClient({ baseUrl: apiUrl, fetch: sendSignedIn });
}

/** Signs in with a key that is here. */
export function signInWith(account: LocalAccount, apiUrl: string, signal: AbortSignal): () => Promise<Login> {
  return async () => {
    const { token, expiresAt } = await createApiClient({
      baseUrl: apiUrl,
      fetch: boundedFetch(signal),
    }).signIn(account);
    return { token, expiresAt };
  };
}

/** Ends a login at the platform, where that answers soon; nothing here signs in anew for it. */
export async function endLogin(apiUrl: string, { token }: Login, signal: AbortSignal): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(leaveTimeoutMs)]);
  const client = createApiClient({ baseUrl: apiUrl, token, fetch: boundedFetch(limit) });
  await Promise.race([client.signOut(), untilAborted(limit)]).catch(() => undefined);
}

/** `fetch` that ends with the signal, and never waits for an answer without bound. */
export function boundedFetch(signal: AbortSignal): typeof fetch {
  return (input, init = {}) => {
    const limits = [signal, AbortSignal.timeout(answerTimeoutMs), ...(init?.signal ? [init.signal] : [])];
    return fetch(input, { ...init, signal: AbortSignal.any(limits) });
  };
}
