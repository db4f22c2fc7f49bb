import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { enqueueTask } from "@trainchain/db";
import { createWebhook, listWebhookDeliveries } from "@trainchain/db/market";
import { type Notice, webhookLimits } from "@trainchain/protocol";
import { roles, waitFor } from "@trainchain/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { rows, startWorld, type World } from "../test-world/start-world.ts";

let world: World;
const got: { id: string; to: string; notice: Notice }[] = [];
/** A receiver that is not well at first. */
const server = createServer(async (request, answer) => {
  const notice = JSON.parse(await text(request)) as Notice;
  got.push({ id: String(request.headers["webhook-id"]), to: request.url ?? "", notice });
  answer.writeHead(got.length === 1 || request.url === "/broken" ? 500 : 204).end();
});

beforeAll(async () => {
  world = await startWorld();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  await world.startWorker({ ALLOW_PRIVATE_WEBHOOKS: "true" });
});
afterAll(async () => {
  server.close();
  await world?.stop();
});

/** Enters an address for a wallet; its path tells the two apart. */
async function enter(index: number, path: string): Promise<string> {
  const { port } = server.address() as AddressInfo;
  const id = randomUUID();
  const webhook = {
    id,
    wallet: world.chain.wallet(index),
    url: `http://127.0.0.1:${port}${path}`,
    createdAt: new Date(),
    // As the release before writes it.
    confirmedAt: null,
  };
  await world.connection.db.transaction((tx) =>
    createWebhook(tx, webhook, { most: 5, waitingSince: webhook.createdAt }),
  );
  return id;
}

const untilTold = (type: Notice["type"], to: string) =>
  waitFor(`${type} at ${to}`, async () =>
    got.find((one, at) => one.notice.type === type && one.to === to && at > 0),
  );

it("tells a requester and a contributor of what concerns them, once each, and again where it was not taken", async () => {
  const first = roles.firstContributor;
  const toRequester = await enter(roles.requester, "/requester");
  await enter(first, "/contributor");

  const draftId = await world.requestJob(rows(60));
  const ready = await untilTold("draft.ready", "/requester");
  expect(ready.notice.data).toMatchObject({ draftId, round: 1 });
  // The first try was answered with an error: the second has the same id.
  expect(got.filter(({ id }) => id === ready.id)).toHaveLength(2);

  const jobId = await world.listJob(draftId);
  await world.accept(jobId, first);
  const taken = await untilTold("slot.taken", "/requester");
  const contributor = expect.stringMatching(/^0x[0-9a-f]{4}…[0-9a-f]{3}$/i);
  expect(taken.notice.data).toMatchObject({ jobId: jobId.toString(), slot: 0, contributor });
  await world.deliver(jobId, first, 0, new TextEncoder().encode("no adapter"));
  await untilTold("delivery.refused", "/contributor");
  await untilTold("delivery.refused", "/requester");

  const { db } = world.connection;
  const owner = { id: toRequester, wallet: world.chain.wallet(roles.requester), limit: 100 };
  const log = await waitFor("the log", async () => {
    const deliveries = await listWebhookDeliveries(db, owner);
    return deliveries?.length === 4 && deliveries.every(({ status }) => status === "delivered") && deliveries;
  });
  expect(log.find(({ id }) => id === ready.id)).toMatchObject({ attempts: 2, lastStatus: 204 });
  const types = log.map(({ notice }) => notice.type).toSorted();
  expect(types).toEqual(["delivery.refused", "delivery.submitted", "draft.ready", "slot.taken"]);
  // A contributor hears of its own slots alone.
  const toContributor = got.filter(({ to }) => to === "/contributor").map(({ notice }) => notice.type);
  expect(toContributor).toEqual(["delivery.refused"]);
});

it("greets a new address and none of the wallet's others, and tries that few times", async () => {
  const { db } = world.connection;
  const earlier = await enter(roles.stranger, "/earlier");
  const entered = await enter(roles.stranger, "/broken");
  await enqueueTask(db, "send-notices", { webhookId: entered }, { key: `send-notices/webhook/${entered}` });
  const wallet = world.chain.wallet(roles.stranger);
  const logOf = (id: string) => listWebhookDeliveries(db, { id, wallet, limit: 100 });
  const [greeting] = await waitFor("the last try", async () => {
    const log = await logOf(entered);
    return log?.[0]?.status === "failed" && log;
  });
  expect(greeting).toMatchObject({ attempts: webhookLimits.greetingAttempts, lastStatus: 500 });
  expect(await logOf(earlier)).toEqual([]);
  expect(got.filter(({ to }) => to === "/earlier")).toEqual([]);
});
