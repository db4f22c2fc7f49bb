import { type ApiClient, createApiClient } from "@trainchain/api-client";
import type { LocalAccount } from "viem";
import { findSession, keepSession } from "./session.ts";

/** A piece of an upload may take this long; everything else is answered in a moment. */
const answerTimeoutMs = 120_000;

export interface ApiOptions {
  apiUrl: string;
  account: LocalAccount;
  /** Where the login is kept between starts. */
  sessionFile: string;
  /** Ends every request under way. */
  signal: AbortSignal;
}

/**
 * The platform's API for one wallet. Its login is kept between starts; when it has ended, the wallet signs in anew
 * and the request is sent again, so that a job of several days never meets the end of a session.
 */
export async function openApi({ apiUrl, account, sessionFile, signal }: ApiOptions): Promise<ApiClient> {
  const wallet = account.address.toLowerCase();
  const send = (input: Parameters<typeof fetch>[0], init: RequestInit = {}) => {
    const limits = [signal, AbortSignal.timeout(answerTimeoutMs), ...(init.signal ? [init.signal] : [])];
    return fetch(input, { ...init, signal: AbortSignal.any(limits) });
  };
  let token = (await findSession(sessionFile, { apiUrl, wallet }))?.token ?? (await signIn());
  let signingIn: Promise<string> | undefined;

  async function signIn(): Promise<string> {
    const session = await createApiClient({ baseUrl: apiUrl, fetch: send }).signIn(account);
    await keepSession(sessionFile, { apiUrl, wallet, token: session.token, expiresAt: session.expiresAt });
    return session.token;
  }

  async function sendSignedIn(input: Parameters<typeof fetch>[0], init: RequestInit = {}): Promise<Response> {
    const withToken = () =>
      send(input, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });
    const response = await withToken();
    if (response.status !== 401) return response;
    await response.body?.cancel();
    signingIn ??= signIn().finally(() => {
      signingIn = undefined;
    });
    token = await signingIn;
    return withToken();
  }

  return createApiClient({ baseUrl: apiUrl, fetch: sendSignedIn });
}
