import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { generatePrivateKey } from "viem/accounts";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openWalletPlatform } from "./platform.ts";

const dayMs = 24 * 3_600_000;
const config = {
  ...{ chainId: 31_337, chainName: "local", rpcUrl: "http://127.0.0.1:1", explorerUrl: null },
  ...{ escrow: `0x${"e5".repeat(20)}`, aggregator: `0x${"a9".repeat(20)}`, feeBps: 0, models: [] },
  limits: { uploadBytes: 1, adapterBytes: 1 },
};

/** When the session of each token ends, by the platform's clock. */
const sessions = new Map<string, number>();
let logins = 0;
/** How far the platform's clock is ahead of this computer's. */
let aheadMs = 0;
/** Who asked for the curves: to a stranger they are no error. */
let askers: string[] = [];

/** A platform with its node, whose sessions last seven days. */
const server = createServer(async (request, response) => {
  const now = Date.now() + aheadMs;
  const answer = (body: unknown, status = 200) => response.writeHead(status).end(JSON.stringify(body));
  const isKnown = (sessions.get(request.headers.authorization ?? "") ?? 0) > now;
  const expiresAt = new Date(now + 7 * dayMs).toISOString();
  switch (request.url) {
    case "/": {
      const { id } = (await json(request)) as { id: number };
      return answer({ jsonrpc: "2.0", id, result: "0x7a69" });
    }
    case "/config":
      return answer(config);
    case "/auth/nonce":
      return answer({ nonce: "abcdefgh", issuedAt: new Date(now).toISOString(), expiresAt });
    case "/auth/login":
      logins += 1;
      sessions.set(`Bearer token-${logins}`, now + 7 * dayMs);
      return answer({ wallet: "0x", token: `token-${logins}`, expiresAt });
    case "/jobs/7/curves":
      askers.push(isKnown ? "requester" : "stranger");
      return answer({ items: [] });
    default:
      return isKnown
        ? answer({ items: [] })
        : answer({ error: { code: "not-signed-in", message: "this needs a signed-in wallet" } }, 401);
  }
});

beforeEach(async () => {
  [logins, aheadMs, askers] = [0, 0, []];
  sessions.clear();
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.stubEnv("WALLET_PRIVATE_KEY", generatePrivateKey());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function open() {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return (await openWalletPlatform({ api: url, rpc: url })).api;
}
const later = (ms: number) => vi.setSystemTime(Date.now() + ms);

it("a command that waits for weeks stays its wallet's, also where a stranger is answered too", async () => {
  const api = await open();
  for (let day = 0; day < 20; day++) {
    await api.getCurves("7");
    later(dayMs);
  }
  expect(new Set(askers)).toEqual(new Set(["requester"]));
});

it("a session that the platform no longer knows is opened anew, once for all that is asked at that moment", async () => {
  const api = await open();
  sessions.clear();
  expect(await Promise.all([api.listWebhooks(), api.listWebhooks()])).toEqual([[], []]);
  expect(logins).toBe(2);
});

it("a clock that is weeks off has nobody sign in again for each request", async () => {
  aheadMs = -30 * dayMs;
  const api = await open();
  for (let request = 0; request < 3; request++) await api.getCurves("7");
  expect(logins).toBe(1);
});

it("a node that refuses is named without the key in its address", async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const refused = openWalletPlatform({ api: url, rpc: `${url}/v2/key-of-somebody` });
  await expect(refused).rejects.toThrow(`the chain's node at ${url} does not answer`);
});
