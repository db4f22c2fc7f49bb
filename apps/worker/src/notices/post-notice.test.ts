import { createServer, type IncomingHttpHeaders } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { webhookLimits } from "@trainchain/protocol";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { postNotice } from "./post-notice.ts";

const posting = { headers: { title: "Job 7" }, body: "It is completed." };
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
afterEach(() => vi.useRealTimers());

it("is sent as it is", async () => {
  const url = `http://127.0.0.1:${port}/`;
  expect(await postNotice({ ...posting, url, allowPrivate: true })).toEqual({ status: 200, error: null });
  expect(got.at(-1)).toMatchObject({
    body: posting.body,
    headers: { title: "Job 7", "user-agent": "TrainChain" },
  });
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

/** What is told of a receiver that answers a request's first bytes as `serve` does, and nothing else. */
async function postTo(serve: (socket: Socket) => void) {
  const open = new Set<Socket>();
  const receiver = createTcpServer((socket) => {
    open.add(socket);
    socket.on("error", () => undefined);
    socket.once("data", () => serve(socket));
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  try {
    return await postNotice({ ...posting, url, allowPrivate: true });
  } finally {
    for (const socket of open) socket.destroy();
    receiver.close();
  }
}

it("takes a change of protocol for the answer that it is, and does not follow it", async () => {
  let closed: Promise<void> | undefined;
  const posted = await postTo((socket) => {
    closed = new Promise((resolve) => socket.on("close", () => resolve()));
    socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
  });
  expect(posted).toEqual({ status: 101, error: null });
  await closed;
});

it("says that the connection was closed without an answer", async () => {
  const posted = await postTo((socket) => socket.end());
  expect(posted).toEqual({ status: null, error: "no connection (ECONNRESET)" });
});

it.each([
  ["headers that never end", "HTTP/1.1 200 OK\r\n", "x: 1\r\n"],
  ["answers that announce another", "", "HTTP/1.1 102 Processing\r\n\r\n"],
])("waits only so long for %s", async (_, first, next) => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const posted = await postTo((socket) => {
    socket.write(first);
    const trickle = setInterval(() => socket.write(next), 5);
    socket.on("close", () => clearInterval(trickle));
    setImmediate(() => vi.advanceTimersByTime(webhookLimits.answerMs));
  });
  expect(posted).toEqual({ status: null, error: "no answer within 10 s" });
});
