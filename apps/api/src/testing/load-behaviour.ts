import { connect, type Socket } from "node:net";
import { expect, it } from "vitest";
import { storeContent } from "./fixtures.ts";
import type { TestApi } from "./start-test-api.ts";

/** A connection that has sent this and sends no more; `ended` is what it was answered until it was closed. */
function hang(at: string, sent: string): { socket: Socket; ended: Promise<string> } {
  const { hostname, port } = new URL(at);
  const socket = connect(Number(port), hostname);
  let answer = "";
  socket.setEncoding("utf8").on("data", (text) => {
    answer += text;
  });
  socket.write(sent);
  const ended = new Promise<string>((resolve) => {
    socket.on("error", () => undefined).once("close", () => resolve(answer));
  });
  return { socket, ended };
}

const unfinishedHeaders = "GET /jobs HTTP/1.1\r\nHost: any\r\nX-Slow: ";
const unfinishedBody =
  "POST /auth/login HTTP/1.1\r\nHost: any\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{";
const times = <T>(count: number, make: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at));

export function loadBehaviour(world: () => TestApi): void {
  it("answers everybody while hundreds of connections send nothing more, and ends those", async () => {
    const api = world();
    const connections = { ...api.deps.limits.connections, headersMs: 5_000, requestMs: 5_000, checkMs: 50 };
    const at = await api.serveWith({ limits: { ...api.deps.limits, connections } });
    const slow = [
      ...times(300, () => hang(at, unfinishedHeaders)),
      ...times(100, () => hang(at, unfinishedBody)),
    ];
    const answers = await Promise.all(times(100, () => api.call("GET", "/jobs", { at })));
    expect(answers.map(({ status }) => status)).toEqual(times(100, () => 200));
    const ends = await Promise.all(slow.map(({ ended }) => ended));
    expect(ends.filter((answer) => !answer.startsWith("HTTP/1.1 408"))).toEqual([]);
  });

  it("refuses bodies that are too large, a hundred at once, and answers everybody between them", async () => {
    const api = world();
    const json = { padding: "x".repeat(2 * api.deps.limits.bodyBytes) };
    const answers = await Promise.all(
      times(200, (index) =>
        index % 2 === 0 ? api.call("POST", "/auth/login", { json }) : api.call("GET", "/jobs"),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(times(200, (index) => (index % 2 === 0 ? 413 : 200)));
  });

  it("closes connections beyond as many as it has room for, and takes new ones when others leave", async () => {
    const api = world();
    const connections = { ...api.deps.limits.connections, most: 10 };
    const at = await api.serveWith({ limits: { ...api.deps.limits, connections } });
    const held = times(10, () => hang(at, unfinishedHeaders));
    await Promise.all(
      held.map(({ socket }) => (socket.connecting ? new Promise((open) => socket.once("connect", open)) : 0)),
    );
    await expect(api.call("GET", "/jobs", { at })).rejects.toThrow();
    for (const { socket } of held) socket.destroy();
    await expect
      .poll(() =>
        api.call("GET", "/jobs", { at }).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200);
  });

  it("answers lists while dozens of contents are waited for, of which only a few are opened at once", async () => {
    const api = world();
    const cid = await storeContent(api, new TextEncoder().encode("asked for by dozens"));
    let opened = 0;
    let letThrough = () => {};
    const gate = new Promise<void>((resolve) => {
      letThrough = resolve;
    });
    const sizeOf = async (name: string) => {
      opened += 1;
      await gate;
      return api.deps.storage.sizeOf?.(name);
    };
    const at = await api.serveWith({ storage: { ...api.deps.storage, sizeOf } });
    const asked = times(40, () => api.call("GET", `/ipfs/${cid}`, { at, headers: { range: "bytes=-1" } }));
    await expect.poll(() => opened).toBe(4);
    const lists = await Promise.all(times(20, () => api.call("GET", "/jobs", { at })));
    expect(lists.map(({ status }) => status)).toEqual(times(20, () => 200));
    expect(opened).toBe(4);
    letThrough();
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(times(40, () => 206));
  });

  it("says how long content is without opening it, and of what is not there that it is not", async () => {
    const api = world();
    const { storage } = api.deps;
    const opened: string[] = [];
    const get: typeof storage.get = (cid, options) => {
      opened.push(cid);
      return storage.get(cid, options);
    };
    const at = await api.serveWith({ storage: { ...storage, get } });
    const cid = await storeContent(api, new TextEncoder().encode("asked about, not for"));
    const [head] = await Promise.all(times(20, () => api.call("HEAD", `/ipfs/${cid}`, { at })));
    expect(head?.status).toBe(200);
    expect(head?.headers.get("content-length")).toBe("20");
    const ranged = { at, headers: { range: "bytes=5-" } };
    expect((await api.call("HEAD", `/ipfs/${cid}`, ranged)).status).toBe(200);
    expect(opened).toEqual([]);
    expect((await api.call("GET", `/ipfs/${cid}`, { at })).text).toBe("asked about, not for");
    expect(opened).toEqual([cid]);
    await storage.remove(cid);
    expect((await api.call("HEAD", `/ipfs/${cid}`, { at })).status).toBe(404);
  });

  it("closes the connection of somebody who does not read the answer", async () => {
    const api = world();
    const connections = { ...api.deps.limits.connections, most: 1, unreadMs: 300 };
    const cid = await storeContent(api, Buffer.alloc(40_000_000, "unread"));
    const at = await api.serveWith({ limits: { ...api.deps.limits, connections } });
    const { hostname, port } = new URL(at);
    const unread = connect(Number(port), hostname).on("error", () => undefined);
    unread.write(`GET /ipfs/${cid} HTTP/1.1\r\nHost: any\r\n\r\n`);
    await expect.poll(() => unread.bytesRead).toBeGreaterThan(0);
    await expect
      .poll(() =>
        api.call("GET", "/jobs", { at }).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200);
    unread.destroy();
  });
}
