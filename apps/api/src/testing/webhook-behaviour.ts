import { webhookDeliveries, webhooks } from "@trainchain/db";
import { webhookLimits } from "@trainchain/protocol";
import { expect, it } from "vitest";
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
}
