import { randomUUID } from "node:crypto";
import { refusedMail, webhooks, workerHeartbeats } from "@trainchain/db";
import { webhookLimits } from "@trainchain/protocol";
import { mailTokenOf } from "@trainchain/storage";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { defaultLimits } from "../limits.ts";
import { firstContributor, requester, stranger } from "./fixtures.ts";
import type { TestApi } from "./start-test-api.ts";

/** Another address for each test: only so many e-mails go to one. */
const nextUrl = () => `mailto:${randomUUID()}@example.org`;

export function mailBehaviour(world: () => TestApi): void {
  const enter = (url: string, { as = requester, at }: { as?: number; at?: string } = {}) =>
    world().call("POST", "/me/webhooks", { as, json: { url }, ...(at && { at }) });
  const clear = () => world().db.delete(webhooks);
  async function linkTo(action: "confirm" | "unsubscribe", id: string): Promise<string> {
    return `/mail/${id}/${action}?token=${await mailTokenOf(world().deps.keyRing, id)}`;
  }

  it("an e-mail address is refused where no worker sends any, and the configuration says so", async () => {
    const api = world();
    expect(await enter(nextUrl())).toMatchObject({ status: 400, body: { error: { code: "invalid-input" } } });
    expect((await api.call("GET", "/config")).body.sendsMail).toBe(false);
  });

  describe("where a worker sends them", () => {
    beforeAll(async () => {
      await world()
        .db.insert(workerHeartbeats)
        .values({ instance: "mails", seenAt: new Date(), mails: true });
    });

    it("an address waits for its reader, who alone can confirm it; to open the link does nothing", async () => {
      const api = world();
      await clear();
      expect((await api.call("GET", "/config")).body.sendsMail).toBe(true);
      const url = nextUrl();
      const entered = await enter(url);
      expect(entered).toMatchObject({ status: 201, body: { url, confirmedAt: null, secret: null } });
      const id = String(entered.body.id);
      const path = await linkTo("confirm", id);
      expect(entered.text).not.toContain(path.split("=")[1]);

      const page = await api.call("GET", path);
      expect(page.text).toContain('<form method="post"><button>Yes, send them</button></form>');
      expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(page.headers.get("referrer-policy")).toBe("same-origin");
      const client = await api.client(requester);
      expect(await client.listWebhooks()).toMatchObject([{ id, confirmedAt: null }]);

      const others = await mailTokenOf(api.deps.keyRing, randomUUID());
      for (const method of ["GET", "POST"])
        for (const action of ["confirm", "unsubscribe"]) {
          expect((await api.call(method, `/mail/${id}/${action}?token=${others}`)).status).toBe(404);
          expect((await api.call(method, `/mail/${id}/${action}`)).status).toBe(400);
        }
      expect(await client.listWebhooks()).toMatchObject([{ id, confirmedAt: null }]);
      for (const _ of ["once", "again"]) expect((await api.call("POST", path)).status).toBe(200);
      expect(await client.listWebhooks()).toMatchObject([{ id, confirmedAt: expect.any(String) }]);
    });

    it("one click ends it, also twice, and its reader may be asked again", async () => {
      const api = world();
      await clear();
      const url = nextUrl();
      const id = String((await enter(url)).body.id);
      await api.call("POST", await linkTo("confirm", id));
      const path = await linkTo("unsubscribe", id);
      expect((await api.call("GET", path)).text).toContain("Send nothing more");
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      for (const _ of ["once", "again"]) {
        const answer = await api.call("POST", path, { headers, body: "List-Unsubscribe=One-Click" });
        expect(answer.status).toBe(200);
      }
      expect(await (await api.client(requester)).listWebhooks()).toEqual([]);
      expect((await api.call("POST", await linkTo("confirm", id))).status).toBe(404);
      expect((await enter(url)).status).toBe(201);
    });

    it("whoever never wanted it is asked by no wallet for a year, however the address is written", async () => {
      const api = world();
      await clear();
      const { body } = await enter("mailto:some.body@example.org");
      await api.call("POST", await linkTo("unsubscribe", String(body.id)));
      const [refusal] = await api.db.select().from(refusedMail);
      expect(JSON.stringify(refusal)).not.toContain("example.org");
      const again = await enter("mailto:SomeBody+x@Example.org", { as: stranger });
      expect(again).toMatchObject({ status: 409, body: { error: { code: "conflict" } } });
      await api.db.update(refusedMail).set({ refusedAt: new Date(Date.now() - webhookLimits.refusedMs) });
      expect((await enter("mailto:somebody@example.org", { as: stranger })).status).toBe(201);
    });

    it("whoever never wanted it is asked no more, also where who entered the address has deleted it meanwhile", async () => {
      const api = world();
      await clear();
      const url = nextUrl();
      const { body } = await enter(url);
      const id = String(body.id);
      expect((await api.call("DELETE", `/me/webhooks/${id}`, { as: requester })).status).toBeLessThan(300);
      await api.call("POST", await linkTo("unsubscribe", id));
      expect(await enter(url, { as: stranger })).toMatchObject({ status: 409 });
      // Who said yes once, and then no, may be asked again.
      const other = nextUrl();
      const confirmed = String((await enter(other)).body.id);
      await api.call("POST", await linkTo("confirm", confirmed));
      await api.call("DELETE", `/me/webhooks/${confirmed}`, { as: requester });
      await api.call("POST", await linkTo("unsubscribe", confirmed));
      expect(await enter(other)).toMatchObject({ status: 201 });
    });

    it("a link is good for two days, and what nobody confirmed takes no place after them", async () => {
      const api = world();
      await clear();
      const id = String((await enter(nextUrl())).body.id);
      const createdAt = new Date(Date.now() - webhookLimits.confirmMs - 1_000);
      await api.db.update(webhooks).set({ createdAt }).where(eq(webhooks.id, id));
      expect((await api.call("POST", await linkTo("confirm", id))).status).toBe(404);
      await enter("https://example.org/notices");
      // As the release before enters it, long ago.
      await api.db.update(webhooks).set({ createdAt, confirmedAt: null });
      await enter("https://example.org/others");
      const kept = await (await api.client(requester)).listWebhooks();
      expect(kept.map(({ url }) => url)).toEqual([
        "https://example.org/notices",
        "https://example.org/others",
      ]);
      expect(kept[0]?.confirmedAt).toBe(createdAt.toISOString());
    });

    it("so many a day are asked, of a wallet and in a mailbox, however many wallets ask", async () => {
      const api = world();
      await clear();
      await api.sql`delete from rate_limits where key like ${"mail/%"}`;
      const { limits } = api.deps;
      const rates = { ...limits.rates, mail: defaultLimits.rates.mail };
      const at = await api.serveWith({ limits: { ...limits, rates } });
      const url = "mailto:any.body@example.org";
      for (let count = 0; count < rates.mail.limit; count++)
        expect((await enter(url, { at })).status).toBe(201);
      const refused = await enter(nextUrl(), { at });
      expect(refused).toMatchObject({ status: 429, body: { error: { code: "too-many-requests" } } });
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(80_000);
      expect((await enter("mailto:Anybody+1@example.org", { at, as: stranger })).status).toBe(429);
      expect((await enter(nextUrl(), { at, as: stranger })).status).toBe(201);
    });

    it.each([
      ["two", "mailto:a@example.org,b@example.org"],
      ["another beside it", "mailto:a@example.org?bcc=b@example.org"],
      ["a header", "mailto:a@example.org%0abcc:b@example.org"],
      ["a line's end", "mailto:a@example.org\nbcc:b@example.org"],
      ["a name", "mailto:Somebody <a@example.org>"],
      ["none", "mailto:"],
      ["one of this machine", "mailto:root@localhost"],
    ])("%s: %j is no e-mail address", async (_, url) => {
      expect(await enter(url, { as: firstContributor })).toMatchObject({ status: 400 });
    });
  });
}
