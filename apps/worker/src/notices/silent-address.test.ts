import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { enqueueTask, webhookDeliveries } from "@trainchain/db";
import { createWebhook, listWebhookDeliveries } from "@trainchain/db/market";
import { type Notice, webhookLimits } from "@trainchain/protocol";
import { roles, waitFor } from "@trainchain/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { rows, startWorld, type World } from "../test-world/start-world.ts";

let world: World;
let well: string;
const got: { to: string; notice: Notice; at: number }[] = [];
/** Some of its paths never answer. */
const server = createServer(async (request, answer) => {
  const to = request.url ?? "";
  got.push({ to, notice: JSON.parse(await text(request)) as Notice, at: Date.now() });
  if (!to.startsWith("/silent")) answer.writeHead(204).end();
});

beforeAll(async () => {
  world = await startWorld();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  await world.startWorker({ ALLOW_PRIVATE_WEBHOOKS: "true", CONCURRENCY: "1" });
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await world?.stop();
});

const wallet = () => world.chain.wallet(roles.requester);

/** Enters an address of the requester's, and has it greeted. */
async function enter(path: string): Promise<string> {
  const { db } = world.connection;
  const { port } = server.address() as AddressInfo;
  const [id, createdAt] = [randomUUID(), new Date()];
  const url = `http://127.0.0.1:${port}${path}`;
  await db.transaction(async (tx) => {
    const webhook = { id, wallet: wallet(), url, createdAt, confirmedAt: createdAt };
    await createWebhook(tx, webhook, { most: 6, waitingSince: createdAt });
    await enqueueTask(tx, "send-notices", { webhookId: id }, { key: `send-notices/webhook/${id}` });
  });
  return id;
}

const untilReady = (draftId: string) =>
  waitFor("the draft's notice at the address that answers", async () =>
    got.find(({ to, notice }) => to === "/well" && notice.data.draftId === draftId),
  );
const logOf = (id: string) =>
  listWebhookDeliveries(world.connection.db, { id, wallet: wallet(), limit: 100 });

it("addresses that never answer hold up none that does", async () => {
  well = await enter("/well");
  await waitFor("the greeting", async () => (await logOf(well))?.[0]?.status === "delivered");
  const silent: string[] = [];
  for (const path of ["/silent/1", "/silent/2", "/silent/3", "/silent/4"]) silent.push(await enter(path));
  const { at, notice } = await untilReady(await world.requestJob(rows(60)));
  // One of them alone would have taken the only place for longer.
  expect(at - Date.parse(notice.timestamp)).toBeLessThan(webhookLimits.answerMs - 2_000);
  const tried = await waitFor("one to be tried", async () => {
    const logs = await Promise.all(silent.map(logOf));
    return logs.flatMap((log) => log ?? []).find(({ attempts }) => attempts > 0);
  });
  expect(tried).toMatchObject({ status: "queued", lastStatus: null, lastError: "no answer within 10 s" });
});

it("an address that falls silent is tried among those from its second try on", async () => {
  const { db, sql } = world.connection;
  const webhookId = await enter("/silent/5");
  const [id, createdAt] = ["msg_turned", new Date()];
  const notice: Notice = { type: "draft.failed", timestamp: createdAt.toISOString(), data: { draftId: "t" } };
  const answered = { attempts: 1, lastStatus: 204, status: "delivered" as const };
  await db.insert(webhookDeliveries).values([
    { id: "msg_earlier", webhookId, notice, createdAt: new Date(createdAt.getTime() - 1), ...answered },
    { id, webhookId, notice, createdAt },
  ]);
  await enqueueTask(db, "deliver-notice", { deliveryId: id }, { key: `deliver-notice/${id}` });
  await waitFor("it to be handed over", async () => {
    const handed = await sql`select from pgboss.job where singleton_key = ${`deliver-unanswered/${id}`}`;
    return handed.length > 0;
  });
  const delivery = (await logOf(webhookId))?.find((one) => one.id === id);
  expect(delivery).toMatchObject({ attempts: 1, lastStatus: null });
});

it("an address is posted to so often a day and no more", async () => {
  const { db } = world.connection;
  const createdAt = new Date();
  const notice: Notice = { type: "draft.failed", timestamp: createdAt.toISOString(), data: { draftId: "d" } };
  await db.insert(webhookDeliveries).values([
    {
      id: "msg_before",
      webhookId: well,
      notice,
      createdAt,
      attempts: webhookLimits.postsPerDay,
      lastStatus: 204,
    },
    { id: "msg_over", webhookId: well, notice, createdAt },
  ]);
  await enqueueTask(db, "deliver-notice", { deliveryId: "msg_over" }, { key: "deliver-notice/msg_over" });
  const put = await waitFor("it to be put off", async () => {
    const [task] = await world.connection
      .sql`select output->>'message' as why from pgboss.job where data->>'deliveryId' = 'msg_over' and state = 'retry'`;
    return task;
  });
  expect(put.why).toMatch(/within a day/);
  const isGot = () => got.some((one) => one.notice.data.draftId === "d");
  expect(isGot()).toBe(false);
  // A day later.
  await world.connection
    .sql`update webhook_deliveries set created_at = created_at - interval '25 hours' where id <> 'msg_over'`;
  await world.connection
    .sql`update pgboss.job set start_after = now() where data->>'deliveryId' = 'msg_over'`;
  await waitFor("it to be sent", async () => isGot());
});
