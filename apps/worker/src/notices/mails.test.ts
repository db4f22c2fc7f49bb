import { randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import { text as readAll } from "node:stream/consumers";
import { enqueueTask } from "@trainchain/db";
import { confirmWebhook, createWebhook, listWebhookDeliveries, sendsMail } from "@trainchain/db/market";
import { webhookLimits } from "@trainchain/protocol";
import { mailTokenOf } from "@trainchain/storage";
import { roles, waitFor } from "@trainchain/testing";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, expect, it } from "vitest";
import { rows, startWorld, type World } from "../test-world/start-world.ts";

let world: World;
const apiUrl = "https://api.example.org";
const got: { to: string[]; subject: string; text: string; data: string }[] = [];
/** It is busy at first. */
const server = new SMTPServer({
  authOptional: true,
  hideSTARTTLS: true,
  onData(stream, { envelope }, callback) {
    readAll(stream).then((data) => {
      got.push({ to: envelope.rcptTo.map(({ address }) => address), data, ...read(data) });
      callback(got.length === 1 ? Object.assign(new Error("busy"), { responseCode: 451 }) : null);
    }, callback);
  },
});

beforeAll(async () => {
  world = await startWorld();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  await world.startWorker({
    SMTP_URL: `smtp://127.0.0.1:${port}`,
    MAIL_FROM: "notices@example.org",
    PUBLIC_URL: `${apiUrl}/`,
    SITE_URL: "https://train.example.org",
  });
});
afterAll(async () => {
  await new Promise<void>((resolve) => server.close(() => resolve()));
  await world?.stop();
});

/** The subject and the text, as a mail program shows them. */
function read(data: string): { subject: string; text: string } {
  const [head = "", ...parts] = data.split("\r\n\r\n");
  const isQuoted = /^content-transfer-encoding: quoted-printable/im.test(head);
  const text = parts.join("\n\n").replaceAll("\r\n", "\n");
  const bytes = (_: string, hex: string) => String.fromCharCode(Number.parseInt(hex, 16));
  const plain = isQuoted ? text.replaceAll("=\n", "").replace(/=([0-9A-F]{2})/g, bytes) : text;
  return {
    subject: /^subject: (.*)$/im.exec(head)?.[1]?.trim() ?? "",
    text: Buffer.from(plain, "latin1").toString("utf8"),
  };
}

it("asks whether an address is right, tells it nothing before, and of all that concerns its wallet from then on", async () => {
  const { db } = world.connection;
  await waitFor("a worker that says it sends e-mail", () => sendsMail(db));
  const [id, createdAt] = [randomUUID(), new Date()];
  const wallet = world.chain.wallet(roles.requester);
  const webhook = { id, wallet, url: "mailto:somebody@example.org", createdAt, confirmedAt: null };
  const waitingSince = new Date(Date.now() - webhookLimits.confirmMs);
  await db.transaction(async (tx) => {
    await createWebhook(tx, webhook, { most: 5, waitingSince });
    await enqueueTask(tx, "send-notices", { webhookId: id }, { key: `send-notices/webhook/${id}` });
  });
  const token = await mailTokenOf(world.keys, id);
  const linkTo = (action: string) => `${apiUrl}/mail/${id}/${action}?token=${token}`;

  const put = await waitFor("the second try to be put off", async () => {
    const [task] = await world.connection
      .sql`select extract(epoch from start_after - now())::int as seconds from pgboss.job where name = 'deliver-mail' and state = 'retry'`;
    return task;
  });
  expect(put.seconds).toBeGreaterThan(60);
  await world.connection.sql`update pgboss.job set start_after = now() where name = 'deliver-mail'`;
  const question = await waitFor("the question, at the second try", async () => got[1]);
  expect(question).toMatchObject({
    to: ["somebody@example.org"],
    subject: "TrainChain: is this your address?",
  });
  expect(question.text).toContain(linkTo("confirm"));
  expect(question.text).toContain(linkTo("unsubscribe"));
  const idOf = (data = "") => /^message-id: (\S+)/im.exec(data)?.[1];
  expect(idOf(question.data)).toMatch(/^<msg_.+@example\.org>$/);
  expect(idOf(question.data)).toBe(idOf(got[0]?.data));

  const draftId = await world.requestJob(rows(60));
  await world.preparation(draftId);
  await waitFor("what the draft has to tell to be looked at", async () => {
    const open = await world.connection
      .sql`select from pgboss.job where name = 'send-notices' and state < 'completed'`;
    return open.length === 0;
  });
  const jobId = await world.listJob(draftId);
  await confirmWebhook(db, { id, waitingSince });
  await world.accept(jobId, roles.firstContributor);
  const told = await waitFor("the notice of who joined", async () => got[2]);
  expect(told).toMatchObject({ to: ["somebody@example.org"], subject: `TrainChain: Job ${jobId}` });
  expect(told.text).toMatch(/^0x[0-9a-f]{4}…[0-9a-f]{3} has joined\.\n/i);
  expect(told.text).toContain(`\nhttps://train.example.org/job/${jobId}\n`);
  expect(told.text).toContain(linkTo("unsubscribe"));
  expect(told.data.replaceAll("\r\n ", " ")).toContain(`List-Unsubscribe: <${linkTo("unsubscribe")}>`);

  const log = await waitFor("the log", async () => {
    const deliveries = await listWebhookDeliveries(db, { id, wallet, limit: 100 });
    return deliveries?.every(({ status }) => status === "delivered") && deliveries;
  });
  expect(log.map(({ notice, attempts }) => [notice.type, attempts])).toEqual([
    ["slot.taken", 1],
    ["webhook.created", 2],
  ]);
  expect(JSON.stringify(log)).not.toContain(token);
});
