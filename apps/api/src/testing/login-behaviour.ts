import { createApiClient, type SignInMessage, signInMessage } from "@trainchain/api-client";
import { sessions } from "@trainchain/db";
import { testWallet } from "@trainchain/testing";
import { eq } from "drizzle-orm";
import { createPublicClient, custom, getAddress, hashMessage, keccak256, type PublicClient } from "viem";
import { expect, it, vi } from "vitest";
import { tokenDigest } from "../http/sessions.ts";
import { createEscrowSource } from "../jobs/escrow-facts.ts";
import { insertDraft, requester, stranger } from "./fixtures.ts";
import { type TestApi, webOrigin } from "./start-test-api.ts";

/** Runtime code of a contract wallet that takes keccak256(hash) for its signature of a hash (EIP-1271). */
const contractWalletCode = "0x60043560005260206000206064351463" as const;
const contractWallet = `${contractWalletCode}1626ba7e60e01b0260005260206000f3` as const;

async function messageFor(api: TestApi, address: string, changes: Partial<SignInMessage> = {}) {
  const { body } = await api.call("POST", "/auth/nonce");
  return signInMessage({
    domain: new URL(api.baseUrl).host,
    address,
    uri: api.baseUrl,
    chainId: 80_002,
    escrow: api.escrow,
    nonce: String(body.nonce),
    issuedAt: new Date().toISOString(),
    expirationTime: new Date(Date.now() + 60_000).toISOString(),
    ...changes,
  });
}

/** The node's client, noting what it is asked. */
function noteAsked(chain: PublicClient, asked: string[]): PublicClient {
  const transport = custom({
    request({ method, params }) {
      asked.push(method);
      return chain.request({ method, params } as never);
    },
  });
  return createPublicClient({ transport });
}

/** Tries to sign in as the requester with such a message. */
async function loginWith(api: TestApi, changes: Partial<SignInMessage>, signer = requester) {
  const message = await messageFor(api, testWallet(requester).address, changes);
  const signature = await testWallet(signer).signMessage({ message });
  return api.call("POST", "/auth/login", { json: { message, signature } });
}

/** A client on a computer whose clock is wrong; the server, which here is the same process, goes by the right one. */
function clientWithClock(baseUrl: string, offsetMs: number) {
  let waiting = 0;
  const setWrong = () => vi.useFakeTimers({ now: Date.now() + offsetMs, toFake: ["Date"] });
  const send: typeof fetch = async (input, init) => {
    if (waiting++ === 0) vi.useRealTimers();
    try {
      return await fetch(input, init);
    } finally {
      if (--waiting === 0) setWrong();
    }
  };
  setWrong();
  return createApiClient({ baseUrl, fetch: send });
}

export function loginBehaviour(world: () => TestApi): void {
  it("a wallet signs in, is known by its token, and is forgotten after signing out", async () => {
    const api = world();
    const client = createApiClient({ baseUrl: api.baseUrl });
    const session = await client.signIn(testWallet(requester));
    expect(session.wallet).toBe(api.wallet(requester));
    expect(await client.getSession()).toMatchObject({ wallet: api.wallet(requester) });
    const { token } = client;
    await client.signOut();
    expect((await api.call("GET", "/auth/session", { token })).status).toBe(401);
  });

  it("a wallet whose session has ended by itself can sign out all the same", async () => {
    const api = world();
    const client = createApiClient({ baseUrl: api.baseUrl });
    await client.signIn(testWallet(requester));
    await api.call("POST", "/auth/logout", { token: client.token });
    await client.signOut();
    expect(client.token).toBeUndefined();
  });

  it("the session cookie is out of scripts' reach and stays on its own site", async () => {
    const answer = await loginWith(world(), {});
    expect(answer.headers.get("set-cookie")).toMatch(/trainchain_session=.*HttpOnly.*SameSite=Strict/);
  });

  it("the contributor app may sign in from the loopback interface of the wallet's machine, on any port", async () => {
    expect(await loginWith(world(), { domain: "127.0.0.1:50123" })).toMatchObject({ status: 200 });
  });

  it.each([
    ["beside the API", {}],
    ["in front of it", { uri: webOrigin }],
  ])("a site of ours that is %s may sign in for its own domain", async (_, uri) => {
    expect((await loginWith(world(), { domain: new URL(webOrigin).host, ...uri })).status).toBe(200);
  });

  it("a contract wallet signs in by EIP-1271, and only with a signature that its contract accepts", async () => {
    const api = world();
    const address = getAddress("0x00000000000000000000000000000000000c0de1");
    await api.chain.client.setCode({ address, bytecode: contractWallet });
    const message = await messageFor(api, address);
    const accepted = keccak256(hashMessage(message));
    const answer = await api.call("POST", "/auth/login", { json: { message, signature: accepted } });
    expect(answer).toMatchObject({ status: 200, body: { wallet: address.toLowerCase() } });

    const another = await messageFor(api, address);
    const refused = await api.call("POST", "/auth/login", {
      json: { message: another, signature: accepted },
    });
    expect(refused).toMatchObject({ status: 401, body: { error: { code: "signature-invalid" } } });
  });

  it.each([
    ["another domain", { domain: "evil.test" }],
    ["another platform", { uri: "https://evil.test" }],
    ["another platform, by an app here", { domain: "127.0.0.1:4310", uri: "https://evil.test" }],
    ["no platform, by an app here", { domain: "127.0.0.1:4310", uri: "http://127.0.0.1:4310" }],
    ["a name that only begins like this machine's", { domain: "127.0.0.1:4310.evil.test" }],
    ["another chain", { chainId: 1 }],
    ["another escrow", { escrow: `0x${"e5".repeat(20)}` }],
    ["an expired message", { expirationTime: "2020-01-01T00:00:00.000Z" }],
    ["a message from the future", { issuedAt: "2099-01-01T00:00:00.000Z" }],
    ["a nonce that was never given out", { nonce: "abcdefgh12345678" }],
  ])("a message for %s opens no session", async (_, changes) => {
    const answer = await loginWith(world(), changes);
    expect(answer).toMatchObject({ status: 401, body: { error: { code: "signature-invalid" } } });
  });

  it("a message that names no escrow opens no session", async () => {
    const api = world();
    const message = (await messageFor(api, testWallet(requester).address)).split("\nResources:")[0] ?? "";
    const signature = await testWallet(requester).signMessage({ message });
    const answer = await api.call("POST", "/auth/login", { json: { message, signature } });
    expect(answer).toMatchObject({
      status: 401,
      body: { error: { message: expect.stringContaining(api.escrow) } },
    });
  });

  it.each([
    ["6 min ahead", 6 * 60_000],
    ["an hour ahead", 3_600_000],
    ["a month ahead", 30 * 86_400_000],
    ["an hour behind", -3_600_000],
    ["a month behind", -30 * 86_400_000],
  ])("a computer whose clock is %s signs in, and stays signed in", async (_, offset) => {
    const api = world();
    try {
      const client = clientWithClock(api.baseUrl, offset);
      await client.signIn(testWallet(stranger));
      expect(await client.getSession()).toMatchObject({ wallet: api.wallet(stranger) });
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    ["issuedAt", 360_000],
    ["expirationTime", -3_600_000],
  ])(
    "a message whose %s goes by a wrong clock is refused with words about the clock",
    async (field, offset) => {
      const answer = await loginWith(world(), { [field]: new Date(Date.now() + offset).toISOString() });
      expect(answer).toMatchObject({
        status: 401,
        body: { error: { fix: expect.stringContaining("clock") } },
      });
    },
  );

  it("the cookie's life is said in seconds: a browser's clock does not end it", async () => {
    const cookie = (await loginWith(world(), {})).headers.get("set-cookie");
    expect(cookie).toContain("Max-Age=604800");
    expect(cookie).not.toContain("Expires");
  });

  it("the chain is asked nothing about a message whose nonce was never given out, or is used up", async () => {
    const api = world();
    const asked: string[] = [];
    const at = await api.serveWith({ chain: noteAsked(api.deps.chain, asked) });
    const address = getAddress("0x00000000000000000000000000000000000c0de2");
    await api.chain.client.setCode({ address, bytecode: contractWallet });
    const login = async (message: string) => {
      const signature = keccak256(hashMessage(message));
      return (await api.call("POST", "/auth/login", { at, json: { message, signature } })).status;
    };
    expect(await login(await messageFor(api, address, { nonce: "abcdefgh12345678" }))).toBe(401);
    expect(asked).toEqual([]);
    const message = await messageFor(api, address);
    expect(await login(message)).toBe(200);
    expect(asked).not.toEqual([]);
    const times = asked.length;
    expect(await login(message)).toBe(401);
    expect(asked).toHaveLength(times);
  });

  it("a replayed nonce opens no second session, and of two that come at once one opens", async () => {
    const api = world();
    const message = await messageFor(api, testWallet(requester).address);
    const signature = await testWallet(requester).signMessage({ message });
    const login = () => api.call("POST", "/auth/login", { json: { message, signature } });
    const statuses = (await Promise.all([login(), login(), login()])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 401, 401]);
    expect((await login()).status).toBe(401);
  });

  it("nobody spoils another's sign-in: nonces cannot be guessed, and only a valid signature uses one up", async () => {
    const api = world();
    const nonces = await Promise.all(
      Array.from({ length: 20 }, async () => String((await api.call("POST", "/auth/nonce")).body.nonce)),
    );
    for (const nonce of nonces) expect(nonce).toMatch(/^[0-9a-f]{32}$/);
    // Of 32 random hexadecimal digits two nonces share the same one in the same place 2 times of 32.
    const alike = (a: string, b: string) => [...a].filter((digit, place) => digit === b[place]).length;
    for (const [index, nonce] of nonces.slice(1).entries())
      expect(alike(nonce, nonces[index] ?? "")).toBeLessThan(20);

    const message = await messageFor(api, testWallet(requester).address);
    const by = async (wallet: number) => {
      const signature = await testWallet(wallet).signMessage({ message });
      return (await api.call("POST", "/auth/login", { json: { message, signature } })).status;
    };
    expect([await by(stranger), await by(stranger), await by(requester)]).toEqual([401, 401, 200]);
  });

  it("what is no EIP-4361 message or no signature is refused with the place of the fault", async () => {
    const api = world();
    const answer = await api.call("POST", "/auth/login", { json: { message: "hello", signature: "0x00" } });
    expect(answer.status).toBe(401);
    const malformed = await api.call("POST", "/auth/login", { json: { message: "hello", signature: "no" } });
    expect(malformed).toMatchObject({
      status: 400,
      body: { error: { code: "invalid-input" }, problems: [{ path: "signature" }] },
    });
    const noJson = await api.call("POST", "/auth/login", {
      body: "{",
      headers: { "content-type": "application/json" },
    });
    expect(noJson.status).toBe(400);
  });

  it("the database holds digests of tokens only, and an expired session is none", async () => {
    const api = world();
    const client = createApiClient({ baseUrl: api.baseUrl });
    const { token } = await client.signIn(testWallet(stranger));
    const tokenSha256 = tokenDigest(token);
    const expired = { expiresAt: new Date(Date.now() - 1_000) };
    const changed = await api.db
      .update(sessions)
      .set(expired)
      .where(eq(sessions.tokenSha256, tokenSha256))
      .returning();
    expect(changed).toHaveLength(1);
    expect(JSON.stringify(changed)).not.toContain(token);
    expect((await api.call("GET", "/auth/session", { token })).status).toBe(401);
  });

  it("while the chain is down, only signatures that need it cannot be checked", async () => {
    const api = world();
    const down = await import("viem").then(({ createPublicClient, http }) =>
      createPublicClient({ transport: http("http://127.0.0.1:1", { retryCount: 0 }) }),
    );
    const escrowFacts = createEscrowSource(down, api.escrow);
    const at = await api.serveWith({ chain: down, escrowFacts });
    const message = await messageFor(api, testWallet(requester).address);
    const signature = await testWallet(requester).signMessage({ message });
    expect((await api.call("POST", "/auth/login", { at, json: { message, signature } })).status).toBe(200);
    const other = await messageFor(api, testWallet(requester).address);
    const answer = await api.call("POST", "/auth/login", { at, json: { message: other, signature } });
    expect(answer).toMatchObject({ status: 503, body: { error: { code: "chain-unavailable" } } });
    for (const path of ["/readyz", "/config"]) {
      expect(await api.call("GET", path, { at })).toMatchObject({ status: 503 });
    }
    // What is to be signed belongs to an escrow of which nothing is known yet; the rest is shown.
    const { id } = await insertDraft(api, { preparation: "ready" });
    const draft = await api.call("GET", `/drafts/${id}`, { as: requester, at });
    expect(draft).toMatchObject({ status: 200, body: { status: "ready", terms: null } });
  });

  it("the configuration names network, escrow, models and limits, and the platform is ready", async () => {
    const api = world();
    const client = createApiClient({ baseUrl: api.baseUrl });
    const config = await client.getConfig();
    expect(config).toMatchObject({
      chainId: 80_002,
      escrow: api.escrow,
      feeBps: 0,
      aggregator: api.wallet(1),
    });
    expect(config.models.map(({ id }) => id)).toContain("toy");
    expect(config.limits).toEqual({ uploadBytes: 1_000_000, adapterBytes: 100_000 });
    expect((await api.call("GET", "/healthz")).body).toEqual({ status: "ok" });
    expect((await api.call("GET", "/readyz")).body).toEqual({ status: "ready" });
  });
}
