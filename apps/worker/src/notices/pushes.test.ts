import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { enqueueTask } from "@trainchain/db";
import { createWebhook, listWebhookDeliveries, listWebhooks } from "@trainchain/db/market";
import { listWebhooksOf } from "@trainchain/db/work";
import { pushUrlOf } from "@trainchain/protocol";
import { vapidKeysOf } from "@trainchain/storage";
import { roles, waitFor } from "@trainchain/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  createSubscriber,
  localhostCertificate,
  openPush,
  openVapid,
  startPushService,
} from "../test-world/push-service.ts";
import { rows, startWorld, type World } from "../test-world/start-world.ts";

let world: World;
let service: Awaited<ReturnType<typeof startPushService>>;
const browser = createSubscriber();

beforeAll(async () => {
  [world, service] = await Promise.all([startWorld(), startPushService()]);
  const trusted = join(world.dir, "push-service.pem");
  await writeFile(trusted, localhostCertificate);
  await world.startWorker({
    ALLOW_PRIVATE_WEBHOOKS: "true",
    NODE_EXTRA_CA_CERTS: trusted,
    SITE_URL: "https://train.example.org",
  });
});
afterAll(async () => {
  service?.close();
  await world?.stop();
});

it("tells a browser of what concerns its wallet, again where it was not taken, until its push service knows it no more", async () => {
  const { db } = world.connection;
  const [id, createdAt, wallet] = [randomUUID(), new Date(), world.chain.wallet(roles.requester)];
  const url = pushUrlOf(`${service.origin}/wpush/${id}`);
  const webhook = { id, wallet, url, createdAt, confirmedAt: createdAt, pushKeys: browser.keys };
  service.answer = 503;
  await db.transaction(async (tx) => {
    await createWebhook(tx, webhook, { most: 5, waitingSince: createdAt });
    await enqueueTask(tx, "send-notices", { webhookId: id }, { key: `send-notices/webhook/${id}` });
  });
  await waitFor("the first try", async () => service.got.length > 0);
  service.answer = 201;
  const read = ({ body }: { body: Buffer }) => JSON.parse(openPush(body, browser));
  const greeting = await waitFor("the greeting, taken", async () => service.got[1]);
  expect(read(greeting)).toMatchObject({ title: "TrainChain", path: "" });
  expect(read(greeting)).toEqual(read(service.got[0] as typeof greeting));
  expect(greeting).toMatchObject({ path: `/wpush/${id}`, headers: { "content-encoding": "aes128gcm" } });
  const { publicKey, claims } = openVapid(greeting.headers.authorization ?? "");
  expect(publicKey).toBe((await vapidKeysOf(world.keys)).publicKey);
  expect(claims).toMatchObject({ aud: service.origin, sub: "https://train.example.org" });

  const draftId = await world.requestJob(rows(60));
  const ready = await waitFor("what is ready to sign", async () => service.got[2]);
  expect(read(ready)).toMatchObject({ title: "Ready to sign", path: `/draft/${draftId}` });
  const log = () => listWebhookDeliveries(db, { id, wallet, limit: 100 });
  await waitFor("the log", async () => (await log())?.every(({ status }) => status === "delivered"));

  service.answer = 410;
  const jobId = await world.listJob(draftId);
  await world.accept(jobId, roles.firstContributor);
  const last = await waitFor("the end of the address", async () => {
    return (await log())?.find(({ lastStatus }) => lastStatus === 410);
  });
  expect(last).toMatchObject({ status: "failed", attempts: 1, notice: { type: "slot.taken" } });
  expect(await listWebhooksOf(db, [wallet])).toEqual([]);
  expect(await listWebhooks(db, wallet)).toEqual([]);
  expect(service.got).toHaveLength(4);
});
