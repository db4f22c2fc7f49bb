import type { AddressInfo } from "node:net";
import { text as readAll } from "node:stream/consumers";
import { webhookLimits } from "@trainchain/protocol";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, expect, it } from "vitest";
import { createMailer } from "./mailer.ts";

const servers: SMTPServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise<void>((resolve) => server.close(() => resolve()));
});

const mail = {
  id: "msg_1",
  to: "somebody@example.org",
  subject: "TrainChain: Job 7",
  text: "It is completed.\n",
  unsubscribeUrl: "https://train.example.org/mail/1/unsubscribe?token=t",
};

/** A server that takes `name` with `pass+/word`, with what it was given. */
async function serve(options: Partial<SMTPServerOptions> = {}) {
  const got: { from: string; to: string[]; data: string }[] = [];
  const server = new SMTPServer({
    hideSTARTTLS: true,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, callback) =>
      username === "name" && password === "pass+/word"
        ? callback(null, { user: username })
        : callback(new Error("no such user")),
    onData(stream, { envelope: { mailFrom, rcptTo } }, callback) {
      readAll(stream).then((data) => {
        const to = rcptTo.map(({ address }) => address);
        got.push({ from: mailFrom ? mailFrom.address : "", to, data });
        callback();
      }, callback);
    },
    ...options,
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  const mailer = (password = "pass%2B%2Fword", query = "") =>
    createMailer({
      smtpUrl: `smtp://name:${password}@127.0.0.1:${port}${query}`,
      from: "notices@example.org",
    });
  return { got, mailer };
}

it("hands over a text with one recipient, what ends it at a click, and an id that stays the same", async () => {
  const { got, mailer } = await serve();
  for (const _ of ["once", "again"])
    expect(await mailer().send(mail)).toEqual({ status: 250, error: null, isFinal: true });
  const [first, second] = got.map(({ data }) => data);
  expect(got[0]).toMatchObject({ from: "notices@example.org", to: ["somebody@example.org"] });
  for (const line of [
    "From: TrainChain <notices@example.org>",
    "To: somebody@example.org",
    "Subject: TrainChain: Job 7",
    "Message-ID: <msg_1@example.org>",
    "List-Unsubscribe: <https://train.example.org/mail/1/unsubscribe?token=t>",
    "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    "Auto-Submitted: auto-generated",
    "Content-Type: text/plain; charset=utf-8",
  ]) {
    expect(first).toContain(`${line}\r\n`);
    expect(second).toContain(`${line}\r\n`);
  }
  expect(first).toMatch(/\r\n\r\nIt is completed\.\r\n$/);
});

it("puts nothing into a header that a text brings along", async () => {
  const { got, mailer } = await serve();
  await mailer().send({ ...mail, subject: "Job 7\r\nBcc: other@example.org" });
  expect(got[0]?.to).toEqual(["somebody@example.org"]);
  expect(got[0]?.data).not.toMatch(/^bcc:/im);
});

it("tries again after a wrong password, and says neither it nor the server's words", async () => {
  const { mailer } = await serve();
  const mailed = await mailer("wrong-secret").send(mail);
  expect(mailed).toEqual({
    status: 535,
    error: "the mail server did not take it (EAUTH)",
    isFinal: false,
  });
});

it.each([
  ["not again where the recipient is unknown", 550, true],
  ["again where the server is busy", 451, false],
])("tries %s", async (_, responseCode, isFinal) => {
  const refusal = Object.assign(new Error("somebody@example.org has no mailbox"), { responseCode });
  const { mailer } = await serve({ onRcptTo: (_address, _session, callback) => callback(refusal) });
  expect(await mailer().send(mail)).toEqual({
    ...{ status: responseCode, isFinal },
    error: "the mail server did not take it (EENVELOPE)",
  });
});

it("tries again where nobody is there", async () => {
  const { mailer } = await serve();
  const sender = mailer();
  await new Promise<void>((resolve) => servers.pop()?.close(() => resolve()));
  expect(await sender.send(mail)).toMatchObject({ status: null, isFinal: false });
});

it("waits longer than it does for a connection where the server thinks about an e-mail", {
  timeout: 60_000,
}, async () => {
  const { mailer } = await serve({
    onData(stream, _session, callback) {
      readAll(stream).then(() => setTimeout(callback, webhookLimits.answerMs + 2_000), callback);
    },
  });
  expect(await mailer().send(mail)).toEqual({ status: 250, error: null, isFinal: true });
});

it.each([
  ["has none", { disabledCommands: ["STARTTLS"] }, "ETLS"],
  ["shows a certificate that nobody vouches for", {}, "ESOCKET"],
])("sends no password where TLS is asked for and the server %s", async (_, options, code) => {
  let asked = 0;
  const { got, mailer } = await serve({
    onAuth: (_given, _session, callback) => {
      asked++;
      callback(null, { user: "name" });
    },
    ...options,
  });
  expect(await mailer(undefined, "?requireTLS=true").send(mail)).toMatchObject({
    isFinal: false,
    error: `the mail server did not take it (${code})`,
  });
  expect([asked, got]).toEqual([0, []]);
});
