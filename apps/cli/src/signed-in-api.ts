import { type ApiClient, createApiClient, type Signer, sessionHeaders } from "@trainchain/api-client";

/** However wrong this computer's clock is, nobody signs in more often than that before a session's end. */
const leastMs = 600_000;

/**
 * The platform's API for one wallet, signed in. A command may wait for weeks, and an ended session makes a stranger of
 * its wallet, mostly without an error: so it signs in anew when half of a session has passed, and where a request is
 * refused for want of one, which is then sent again.
 */
export async function openSignedInApi(baseUrl: string, signer: Signer): Promise<ApiClient> {
  let session = await signIn();
  let renewing: Promise<void> | undefined;

  async function signIn(): Promise<{ token: string; renewAtMs: number }> {
    const { token, expiresAt } = await createApiClient({ baseUrl }).signIn(signer);
    const now = Date.now();
    return { token, renewAtMs: now + Math.max((Date.parse(expiresAt) - now) / 2, leastMs) };
  }

  async function renew(): Promise<void> {
    session = await signIn();
  }

  /** Once for all that is asked at that moment. */
  function renewOnce(): Promise<void> {
    renewing ??= renew().finally(() => {
      renewing = undefined;
    });
    return renewing;
  }

  async function sendSignedIn(input: Parameters<typeof fetch>[0], init: RequestInit = {}): Promise<Response> {
    const send = (token: string) =>
      fetch(input, { ...init, headers: { ...init.headers, ...sessionHeaders(token) } });
    if (Date.now() >= session.renewAtMs) await renewOnce();
    const { token } = session;
    const response = await send(token);
    if (response.status !== 401) return response;
    await response.body?.cancel();
    if (token === session.token) await renewOnce();
    return send(session.token);
  }

  return createApiClient({ baseUrl, fetch: sendSignedIn });
}
