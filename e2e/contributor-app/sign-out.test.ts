import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AppState } from "@trainchain/protocol";
import { roles, testWallet, waitFor } from "@trainchain/testing";
import { type LocalWorld, startLocalWorld } from "@trainchain/testing/local-world";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type AppProcess, startContributorApp } from "./app-process.ts";

const account = testWallet(roles.firstContributor);
const wallet = account.address.toLowerCase();

let dataDir: string;
let world: LocalWorld;
let app: AppProcess;
let cookie: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "trainchain-sign-out-"));
  world = await startLocalWorld({ dataDir });
  app = await startContributorApp({ apiUrl: world.apiUrl, dataDir: join(dataDir, "app") });
  const opened = await ask("POST", "open", { code: (await app.newLink()).split("#open=")[1] });
  cookie = opened.headers.get("set-cookie")?.split(";")[0] ?? "";
});
afterAll(async () => {
  await app?.stop();
  await world?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Asks the app as its window does; whatever it is asked is done soon. */
function ask(method: string, path: string, json?: object): Promise<Response> {
  return fetch(`${app.origin}/api/${path}`, {
    method,
    headers: { origin: app.origin, ...(cookie && { cookie }) },
    ...(json && { body: JSON.stringify(json) }),
    signal: AbortSignal.timeout(20_000),
  });
}

const walletAtWork = async () => ((await (await ask("GET", "state")).json()) as AppState).wallet;

/** Signs in as the browser's wallet does; resolves with the login's token once the wallet's agent is at work. */
async function signIn(): Promise<string> {
  const { message } = (await (await ask("POST", "session/message", { wallet })).json()) as {
    message: string;
  };
  const signature = await account.signMessage({ message });
  expect((await ask("POST", "session", { signature })).status).toBe(204);
  await waitFor("the wallet to be at work", async () => Boolean((await walletAtWork())?.delegate));
  const file = join(dataDir, "app", "wallets", wallet, "session.json");
  return (JSON.parse(await readFile(file, "utf8")) as { token: string }).token;
}

const atPlatform = async (method: string, path: string, token: string) =>
  (await fetch(`${world.apiUrl}${path}`, { method, headers: { authorization: `Bearer ${token}` } })).status;

it("signing out ends the work and the login at the platform", async () => {
  const token = await signIn();
  expect(await atPlatform("GET", "/auth/session", token)).toBe(200);
  expect((await ask("DELETE", "session")).status).toBe(204);
  expect(await walletAtWork()).toBeNull();
  expect(await atPlatform("GET", "/auth/session", token)).toBe(401);
});

it("whose login has ended is signed out at once, and the next login stays", async () => {
  const ended = await signIn();
  expect(await atPlatform("POST", "/auth/logout", ended)).toBe(204);
  expect((await ask("DELETE", "session")).status).toBe(204);
  expect(await walletAtWork()).toBeNull();

  const fresh = await signIn();
  // Nothing that waited for this login ends it.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(await atPlatform("GET", "/auth/session", fresh)).toBe(200);
  expect(await walletAtWork()).toMatchObject({ address: wallet, signedIn: true });
});

it("a platform that does not answer keeps nobody at work", async () => {
  await signIn();
  const { pid } = world.api;
  process.kill(pid, "SIGSTOP");
  try {
    expect((await ask("DELETE", "session")).status).toBe(204);
    expect(await walletAtWork()).toBeNull();
  } finally {
    process.kill(pid, "SIGCONT");
  }
});
