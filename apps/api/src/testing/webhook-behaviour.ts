import { createECDH, randomBytes } from "node:crypto";
import { webhookDeliveries, webhooks } from "@trainchain/db";
import { webhookLimits } from "@trainchain/protocol";
import { vapidKeysOf } from "@trainchain/storage";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { cleanUp } from "../clean-up.ts";
import { defaultLimits } from "../limits.ts";
import { firstContributor, requester, stranger } from "./fixtures.ts";
import type { TestApi } from "./start-test-api.ts";

const url = "https://example.org/notices";

export function webhookBehaviour(world: () => TestApi): void {
  it("an address is kept with a secret that is told once, and greeted", async () => {
    const api = world();
    await api.db.delete(webhooks);
    const client = await api.client(requester);
    const { secret, ...webhook } = await client.createWebhook(url);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(await client.listWebhooks()).toEqual([webhook]);
    expect(await (await api.client(stranger)).listWebhooks()).toEqual([]);
    const [task] = await api.sql<{ data: object }>`
      select data from pgboss.job where singleton_key = ${`send-notices/webhook/${webhook.id}`}`;
    expect(task?.data).toMatchObject({ webhookId: webhook.id });
  });

  it("an address tells its owner alone what was sent to it, until it is deleted", async () => {
    const api = world();
    const [client, other] = [await api.client(requester), await api.client(stranger)];
    const { id } = await client.createWebhook(url);
    const createdAt = new Date();
    const notice = {
      type: "draft.ready" as const,
      timestamp: createdAt.toISOString(),
      data: { draftId: "d" },
    };
    await api.db.insert(webhookDeliveries).values({
      ...{ id: "msg_1", webhookId: id, notice, createdAt },
      ...{ attempts: 1, lastStatus: 500 },
    });
    expect(await client.listWebhookDeliveries(id)).toEqual([
      {
        ...{ id: "msg_1", status: "queued", notice, attempts: 1, lastStatus: 500, lastError: null },
        ...{ createdAt: createdAt.toISOString(), endedAt: null },
      },
    ]);
    await expect(other.listWebhookDeliveries(id)).rejects.toMatchObject({ code: "not-found" });
    await expect(other.deleteWebhook(id)).rejects.toMatchObject({ code: "not-found" });
    await client.deleteWebhook(id);
    await expect(client.listWebhookDeliveries(id)).rejects.toMatchObject({ code: "not-found" });
  });

  it("a wallet has so many addresses, also when they come at once", async () => {
    const api = world();
    await api.db.delete(webhooks);
    const post = () => api.call("POST", "/me/webhooks", { as: requester, json: { url } });
    const answers = await Promise.all(Array.from({ length: webhookLimits.perWallet + 2 }, post));
    const statuses = answers.map(({ status }) => status).toSorted();
    expect(statuses).toEqual([...Array(webhookLimits.perWallet).fill(201), 409, 409]);
    await api.db.delete(webhooks);
  });

  it("a wallet enters so many a day, also where it deletes them again", async () => {
    const api = world();
    await api.db.delete(webhooks);
    const { limits } = api.deps;
    const rates = { ...limits.rates, webhook: defaultLimits.rates.webhook };
    const at = await api.serveWith({ limits: { ...limits, rates } });
    const post = () => api.call("POST", "/me/webhooks", { as: firstContributor, json: { url }, at });
    for (let count = 0; count < rates.webhook.limit; count++) {
      const { status, body } = await post();
      expect(status).toBe(201);
      await api.call("DELETE", `/me/webhooks/${body.id}`, { as: firstContributor });
    }
    const refused = await post();
    expect(refused).toMatchObject({ status: 429, body: { error: { code: "too-many-requests" } } });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(80_000);
  });

  it.each([
    ["DELETE", ""],
    ["GET", "/deliveries"],
  ])("%s of what cannot be an address's id is refused", async (method, rest) => {
    const path = `/me/webhooks/${"x".repeat(65)}${rest}`;
    expect((await world().call(method, path, { as: requester })).status).toBe(400);
  });

  it("a topic of an ntfy server is an address too", async () => {
    const api = world();
    await api.db.delete(webhooks);
    const client = await api.client(requester);
    const { id } = await client.createWebhook("ntfy://ntfy.example.org/my-jobs");
    expect(await client.listWebhooks()).toMatchObject([{ id, url: "ntfy://ntfy.example.org/my-jobs" }]);
  });

  it.each([
    "ntfy://ntfy.example.org/",
    "ntfy://ntfy.example.org/a/b",
    "ntfy:///topic",
    "ntfy://u:p@example.org/t",
  ])("%j is no topic", async (wrong) => {
    const answer = await world().call("POST", "/me/webhooks", { as: requester, json: { url: wrong } });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: "invalid-input" } } });
  });

  it.each(["http://example.org/", "ftp://example.org/", "https://name:password@example.org/", "notices", ""])(
    "%j is no address to send to",
    async (wrong) => {
      const answer = await world().call("POST", "/me/webhooks", { as: requester, json: { url: wrong } });
      expect(answer).toMatchObject({ status: 400, body: { error: { code: "invalid-input" } } });
    },
  );

  describe("a browser", () => {
    const pushUrl = "webpush://push.example.org/wpush/v2/abc?d=e";
    const createKeys = () => ({
      p256dh: createECDH("prime256v1").generateKeys("base64url"),
      auth: randomBytes(16).toString("base64url"),
    });
    const enter = (json: object) => world().call("POST", "/me/webhooks", { as: requester, json });

    it("subscribes with the platform's key, and is an address without a secret, whose keys are told to nobody", async () => {
      const api = world();
      await api.db.delete(webhooks);
      const client = await api.client(requester);
      expect(await client.getPushKey()).toBe((await vapidKeysOf(api.deps.keyRing)).publicKey);
      const keys = createKeys();
      const entered = await enter({ url: pushUrl, keys });
      expect(entered).toMatchObject({ status: 201, body: { url: pushUrl, secret: null } });
      expect(entered.body.confirmedAt).toBe(entered.body.createdAt);
      const listed = await api.call("GET", "/me/webhooks", { as: requester });
      expect(listed.body.items).toMatchObject([{ id: entered.body.id, url: pushUrl }]);
      for (const { text } of [entered, listed])
        for (const secret of Object.values(keys)) expect(text).not.toContain(secret);
      const [kept] = await api.db.select().from(webhooks);
      expect(kept).toMatchObject({ id: entered.body.id, pushKeys: keys });
      const other = await api.client(stranger);
      expect(await other.listWebhooks()).toEqual([]);
      await expect(other.deleteWebhook(String(entered.body.id))).rejects.toMatchObject({ code: "not-found" });
    });

    it("that is entered again stands there once, with its newest keys, and beside other wallets", async () => {
      const api = world();
      await api.db.delete(webhooks);
      const [client, other, keys] = [await api.client(requester), await api.client(stranger), createKeys()];
      await other.createWebhook(pushUrl, createKeys());
      for (let count = 0; count < webhookLimits.perWallet + 1; count++)
        await client.createWebhook(pushUrl, createKeys());
      const { id } = await client.createWebhook(pushUrl, keys);
      expect(await client.listWebhooks()).toMatchObject([{ id }]);
      const [kept] = await api.db.select().from(webhooks).where(eq(webhooks.id, id));
      expect(kept?.pushKeys).toEqual(keys);
      expect(await other.listWebhooks()).toHaveLength(1);
    });

    it.each([404, 410])(
      "whose push service answered %d is no address any more, and is forgotten",
      async (lastStatus) => {
        const api = world();
        await api.db.delete(webhooks);
        const client = await api.client(requester);
        const [ended, alive, hook] = [
          await client.createWebhook(pushUrl, createKeys()),
          await client.createWebhook(`${pushUrl}2`, createKeys()),
          await client.createWebhook(url),
        ];
        const createdAt = new Date();
        const notice = { type: "draft.ready" as const, timestamp: createdAt.toISOString(), data: {} };
        const failed = { notice, createdAt, endedAt: createdAt, status: "failed" as const, attempts: 1 };
        await api.db.insert(webhookDeliveries).values([
          { ...failed, id: `msg_${lastStatus}_ended`, webhookId: ended.id, lastStatus },
          { ...failed, id: `msg_${lastStatus}_alive`, webhookId: alive.id, lastStatus: 500 },
          { ...failed, id: `msg_${lastStatus}_hook`, webhookId: hook.id, lastStatus },
        ]);
        const left = [{ id: alive.id }, { id: hook.id }];
        expect(await client.listWebhooks()).toMatchObject(left);
        await cleanUp(api.deps);
        await api.db.delete(webhookDeliveries);
        expect(await client.listWebhooks()).toMatchObject(left);
        await api.db.delete(webhooks);
      },
    );

    it.each([
      ["without keys", { keys: undefined }],
      ["whose public key is no point", { keys: { ...createKeys(), p256dh: `B${"A".repeat(86)}` } }],
      ["whose public key is compressed", { keys: { ...createKeys(), p256dh: `A${"A".repeat(43)}` } }],
      ["whose shared secret is short", { keys: { ...createKeys(), auth: "AAAA" } }],
      ["whose shared secret is long", { keys: { ...createKeys(), auth: "A".repeat(2_000) } }],
      ["whose keys are of another alphabet", { keys: { ...createKeys(), auth: "+".repeat(22) } }],
      ["with a name and a password", { url: "webpush://name:password@push.example.org/" }],
      ["without a host", { url: "webpush:///wpush" }],
      ["whose host is read in two ways", { url: "webpush://push.example.org\\@127.0.0.1/" }],
      ["that is longer than push services write", { url: `webpush://push.example.org/${"a".repeat(1_000)}` }],
      ["with keys for what is none", { url }],
    ])("%s is refused", async (_, wrong) => {
      const answer = await enter({ url: pushUrl, keys: createKeys(), ...wrong });
      expect(answer).toMatchObject({ status: 400, body: { error: { code: "invalid-input" } } });
    });

    it("may have an address of 900 characters, and a webhook none of 501", async () => {
      await world().db.delete(webhooks);
      const long = `webpush://push.example.org/${"a".repeat(870)}`;
      expect((await enter({ url: long, keys: createKeys() })).status).toBe(201);
      expect((await enter({ url: `https://example.org/${"a".repeat(481)}` })).status).toBe(400);
      await world().db.delete(webhooks);
    });
  });
}
