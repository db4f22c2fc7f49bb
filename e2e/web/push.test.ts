import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApiClient } from "@trainchain/api-client";
import { roles, testWallet, waitFor } from "@trainchain/testing";
import { expectNoAxeViolations } from "@trainchain/testing/browser";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  createSubscriber,
  localhostCertificate,
  openPush,
  startPushService,
} from "../../apps/worker/src/test-world/push-service.ts";
import { type SiteWorld, startSiteWorld } from "./site-world.ts";

let world: SiteWorld;
let service: Awaited<ReturnType<typeof startPushService>>;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "trainchain-push-"));
  const trusted = join(dir, "push-service.pem");
  await writeFile(trusted, localhostCertificate);
  service = await startPushService();
  world = await startSiteWorld({ worker: { ALLOW_PRIVATE_WEBHOOKS: "true", NODE_EXTRA_CA_CERTS: trusted } });
});
afterAll(async () => {
  service?.close();
  await world?.stop();
  await rm(dir, { recursive: true, force: true });
});

async function visitProfile(permissions: string[] = []) {
  const visit = await world.visit("/my-profile", { walletOf: roles.requester, permissions });
  await visit.page.getByRole("button", { name: "Connect", exact: true }).click();
  await visit.page.getByLabel("Address", { exact: true }).waitFor();
  return visit;
}

/** Headless Chromium says of notifications that they are denied, whatever it was granted: here it says what it was. */
async function allowNotices(page: Page): Promise<void> {
  await page.addInitScript(() => Object.defineProperty(Notification, "permission", { value: "granted" }));
}

/** Nor has it a push service of its maker: what it subscribes with is of the service on this machine. */
async function subscribeHere(page: Page, subscription: { endpoint: string; keys: object }): Promise<void> {
  await page.addInitScript(({ endpoint, keys }) => {
    let own: PushSubscription | null = null;
    PushManager.prototype.getSubscription = async () => own;
    PushManager.prototype.subscribe = async (options) => {
      const key = options?.applicationServerKey;
      if (typeof key !== "string" || !options?.userVisibleOnly) throw new Error("not as it has to be");
      const bytes = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
      const applicationServerKey = Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)).buffer;
      own = {
        ...{ endpoint, options: { applicationServerKey } },
        toJSON: () => ({ endpoint, keys }),
      } as unknown as PushSubscription;
      return own;
    };
  }, subscription);
}

/** How the browser hands the site's script what its push service brought, decrypted. */
async function openDelivery(page: Page): Promise<(data: string) => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  const registrationId = await new Promise<string>((resolve) => {
    session.on("ServiceWorker.workerVersionUpdated", ({ versions }) => {
      const active = versions.find(({ status }) => status === "activated");
      if (active) resolve(active.registrationId);
    });
    void session.send("ServiceWorker.enable");
  });
  return async (data) => {
    await session.send("ServiceWorker.deliverPushMessage", { origin: world.apiUrl, registrationId, data });
  };
}

/** What the site's script has the browser show, as headless Chromium shows nothing. */
async function watchNotices(page: Page) {
  const [script] = page.context().serviceWorkers();
  if (!script) throw new Error("the site's script does not run");
  await script.evaluate(() => {
    const shown: object[] = [];
    Object.assign(globalThis, { shown });
    ServiceWorkerRegistration.prototype.showNotification = async (title, options) => {
      shown.push({ title, ...options });
    };
  });
  type Script = { shown: object[]; pageOf(path: string): string };
  return {
    shown: () => script.evaluate(() => (globalThis as unknown as Script).shown),
    pageOf: (path: string) => script.evaluate((to) => (globalThis as unknown as Script).pageOf(to), path),
  };
}

it("says where the browser shows no notices, and does not ask", async () => {
  const { page, complaints, close } = await visitProfile();
  await page.getByText("This browser shows no notices of this site").waitFor();
  expect(await page.getByRole("button", { name: "Notify this browser" }).count()).toBe(0);
  await expectNoAxeViolations(page);
  expect(complaints).toEqual([]);
  await close();
});

it("says that a browser without a push service could not subscribe, and enters nothing", async () => {
  const { page, close } = await visitProfile(["notifications"]);
  await allowNotices(page);
  await page.reload();
  await page.getByRole("button", { name: "Notify this browser" }).click();
  await page.getByText("This browser could not subscribe at its push service.").waitFor();
  await expectNoAxeViolations(page);
  const client = createApiClient({ baseUrl: world.apiUrl });
  await client.signIn(testWallet(roles.requester));
  expect(await client.listWebhooks()).toEqual([]);
  await close();
});

it("a browser shows what its wallet is told, until it is removed from the list", async () => {
  const { page, complaints, close } = await visitProfile(["notifications"]);
  const subscriber = createSubscriber();
  await allowNotices(page);
  await subscribeHere(page, { endpoint: `${service.origin}/wpush/1`, keys: subscriber.keys });
  await page.reload();
  await page.getByRole("button", { name: "Notify this browser" }).click();
  const remove = page.getByRole("button", { name: "Remove This browser" });
  await remove.waitFor();
  expect(await page.getByRole("button", { name: "Notify this browser" }).count()).toBe(0);
  await expectNoAxeViolations(page);

  const { body } = await waitFor("the first notice", async () => service.got[0]);
  const deliver = await openDelivery(page);
  const { shown, pageOf } = await watchNotices(page);
  await deliver(openPush(body, subscriber));
  const greeting = {
    ...{ title: "TrainChain", body: "An address for your wallet's notices was entered." },
    ...{ tag: expect.stringMatching(/^msg_/), data: { path: "" } },
  };
  await waitFor("the notice", async () => (await shown()).length > 0);
  await deliver("no JSON");
  await waitFor("another", async () => (await shown()).length > 1);
  expect(await shown()).toEqual([
    greeting,
    { ...greeting, body: "There is news for your wallet.", tag: "notice" },
  ]);
  expect(await pageOf("/job/7")).toBe(`${world.apiUrl}/job/7`);
  for (const elsewhere of ["//evil.example/", "https://evil.example/job/7", "javascript:alert(1)"])
    expect(await pageOf(elsewhere)).toBe(`${world.apiUrl}/`);

  await remove.click();
  await page.getByRole("button", { name: "Notify this browser" }).waitFor();
  const client = createApiClient({ baseUrl: world.apiUrl });
  await client.signIn(testWallet(roles.requester));
  expect(await client.listWebhooks()).toEqual([]);
  expect(complaints).toEqual([]);
  await close();
});
