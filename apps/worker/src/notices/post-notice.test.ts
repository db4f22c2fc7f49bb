import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { postNotice } from "./post-notice.ts";

const key = Buffer.alloc(32, 7);
const secret = `whsec_${key.toString("base64")}`;
const posting = { id: "msg_1", body: '{"type":"draft.ready"}', secret };
const got: { headers: IncomingHttpHeaders; body: string; url: string }[] = [];
let port: number;

const server = createServer(async (request, answer) => {
  got.push({ headers: request.headers, body: await text(request), url: request.url ?? "" });
  if (request.url === "/elsewhere") answer.writeHead(302, { location: `http://127.0.0.1:${port}/` });
  answer.end();
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());

it("is signed as Standard Webhooks say", async () => {
  const url = `http://127.0.0.1:${port}/`;
  expect(await postNotice({ ...posting, url, allowPrivate: true })).toEqual({ status: 200, error: null });
  const { headers, body } = got.at(-1)!;
  expect(body).toBe(posting.body);
  expect(headers).toMatchObject({ "webhook-id": "msg_1", "content-type": "application/json" });
  const signed = `msg_1.${headers["webhook-timestamp"]}.${body}`;
  const signature = createHmac("sha256", key).update(signed).digest("base64");
  expect(headers["webhook-signature"]).toBe(`v1,${signature}`);
  expect(Math.abs(Number(headers["webhook-timestamp"]) - Date.now() / 1_000)).toBeLessThan(300);
});

it("follows no redirect", async () => {
  const before = got.length;
  const url = `http://127.0.0.1:${port}/elsewhere`;
  expect(await postNotice({ ...posting, url, allowPrivate: true })).toEqual({ status: 302, error: null });
  expect(got.length).toBe(before + 1);
});

it.each([
  ["http", () => `http://127.0.0.1:${port}/`, "only https"],
  ["an address of this machine", () => `https://127.0.0.1:${port}/`, "not one of the public internet"],
  ["one of IPv6", () => `https://[::1]:${port}/`, "not one of the public internet"],
  [
    "an address that is written otherwise",
    () => `https://2130706433:${port}/`,
    "not one of the public internet",
  ],
  ["a name that leads here", () => `https://localhost:${port}/`, "not one of the public internet"],
])("sends nothing to %s", async (_, url, why) => {
  const before = got.length;
  const { error } = await postNotice({ ...posting, url: url(), allowPrivate: false });
  expect(error).toContain(why);
  expect(got.length).toBe(before);
});

it("says in few words that nobody is there", async () => {
  const gone = createServer();
  await new Promise<void>((resolve) => gone.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(gone.address() as AddressInfo).port}/`;
  await new Promise((resolve) => gone.close(resolve));
  const posted = await postNotice({ ...posting, url, allowPrivate: true });
  expect(posted).toEqual({ status: null, error: "no connection (ECONNREFUSED)" });
});
