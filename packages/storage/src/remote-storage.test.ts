import { existsSync } from "node:fs";
import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { computeCid } from "./cid.ts";
import { createStorage } from "./create-storage.ts";
import type { Storage } from "./storage.ts";
import { startKuboServer } from "./test-servers/kubo-server.ts";
import { type PinataServer, startPinataServer } from "./test-servers/pinata-server.ts";
import type { TestServer } from "./test-servers/serve.ts";
import { describeStorage, patternedBytes, readAll } from "./testing/describe-storage.ts";

const impatient = { retries: 1 };

function pinataAt(
  server: PinataServer,
  options: { timeoutMs?: number; retries?: number; pieceBytes?: number } = {},
) {
  const { url, jwt } = server;
  return createStorage({ backend: "pinata", jwt, apiUrl: url, uploadUrl: url, gatewayUrl: url, ...options });
}

async function damage(server: TestServer, cid: string, bytes: Uint8Array) {
  server.contents.set(cid, bytes);
}

describeStorage("Pinata", async () => {
  const server = await startPinataServer();
  return { storage: pinataAt(server), damage: (...what) => damage(server, ...what), close: server.close };
});

describeStorage("Pinata, in pieces", async () => {
  const server = await startPinataServer();
  const storage = pinataAt(server, { pieceBytes: 1_000_000 });
  return { storage, damage: (...what) => damage(server, ...what), close: server.close };
});

describeStorage("kubo", async () => {
  const server = await startKuboServer();
  const storage = createStorage({ backend: "kubo", rpcUrl: server.url });
  const collectGarbage = () => fetch(`${server.url}/api/v0/repo/gc`, { method: "POST" });
  return { storage, damage: (...what) => damage(server, ...what), collectGarbage, close: server.close };
});

describe.each(["Pinata", "kubo"])("%s, misbehaving", (name) => {
  let server: TestServer;
  let storage: Storage;
  let jwt = "none";
  beforeAll(async () => {
    if (name === "kubo") {
      server = await startKuboServer();
      storage = createStorage({ backend: "kubo", rpcUrl: server.url, ...impatient });
    } else {
      const pinata = await startPinataServer();
      jwt = pinata.jwt;
      server = pinata;
      storage = pinataAt(pinata, impatient);
    }
  });
  beforeEach(() => {
    server.intercept = () => undefined;
    server.requests.length = 0;
  });
  afterAll(() => server.close());

  const answerOnce = (response: () => Response) => {
    let answered = false;
    server.intercept = () => {
      if (answered) return undefined;
      answered = true;
      return response();
    };
  };

  test.each([503, 429])("is tried again after HTTP %i", async (status) => {
    answerOnce(() => new Response("busy", { status }));
    expect(await storage.put(patternedBytes(300_000))).toMatchObject({ sizeBytes: 300_000 });
    expect(server.requests).toHaveLength(2);
  });

  test("is given up after the last try, with an error that may be retried later", async () => {
    server.intercept = () => new Response("busy", { status: 503 });
    await expect(storage.put(patternedBytes(10))).rejects.toMatchObject({
      code: "storage-unavailable",
      mayRetry: true,
    });
    expect(server.requests).toHaveLength(2);
  });

  test("is not tried again where the request itself is refused", async () => {
    server.intercept = () => new Response("no", { status: 400 });
    await expect(storage.put(patternedBytes(10))).rejects.toMatchObject({ mayRetry: false });
    expect(server.requests).toHaveLength(1);
  });

  test("is taken up where the connection broke", async () => {
    const bytes = patternedBytes(500_000);
    const { cid } = await storage.put(bytes);
    answerOnce(() => new Response(breaking(bytes.slice(0, 200_000), server)));
    expect(Buffer.compare(await readAll(await storage.get(cid)), bytes)).toBe(0);
  });

  test("times out where it never answers", async () => {
    server.intercept = () => new Promise(() => {});
    const hasty = retimed(200);
    await expect(hasty.has(await computeCid(patternedBytes(1)))).rejects.toMatchObject({ code: "timeout" });
  });

  test("times out where its answer stops coming", async () => {
    const bytes = patternedBytes(1_000);
    const { cid } = await storage.put(bytes);
    server.intercept = () => new Response(stalling(bytes.slice(0, 500)));
    const reading = async () => readAll(await retimed(200).get(cid));
    await expect(reading()).rejects.toMatchObject({ code: "timeout" });
  });

  test("endless content is cut off", async () => {
    const { cid } = await storage.put(patternedBytes(1_000));
    server.intercept = () => new Response(endless());
    const reading = async () => readAll(await storage.get(cid, { maxBytes: 5_000_000 }));
    await expect(reading()).rejects.toMatchObject({ code: "too-large" });
  });

  test("a success that names another CID is refused", async () => {
    const other = await computeCid(patternedBytes(7));
    const answers = { data: { cid: other }, Root: { Cid: { "/": other }, PinErrorMsg: "" } };
    server.intercept = () => Response.json(answers);
    await expect(storage.put(patternedBytes(8))).rejects.toMatchObject({ code: "storage-unavailable" });
  });

  test("a success that comes before the upload was read to its end is refused, and nothing else fails", async () => {
    const other = await computeCid(patternedBytes(7));
    const answers = { data: { cid: other }, Root: { Cid: { "/": other }, PinErrorMsg: "" } };
    server.intercept = () => Response.json(answers);
    for (let times = 0; times < 5; times++)
      await expect(storage.put(patternedBytes(4_000_000))).rejects.toMatchObject({
        code: "storage-unavailable",
      });
  });

  test.each(["", "<html>", "[]", "null", '{"data":{"files":7}}'])(
    "an answer of %j is refused",
    async (body) => {
      server.intercept = () => new Response(body);
      await expect(storage.has(await computeCid(patternedBytes(9)))).rejects.toMatchObject({
        code: "storage-unavailable",
      });
    },
  );

  test("redirects are not followed, because the key would go along", async () => {
    server.intercept = () =>
      new Response(null, { status: 302, headers: { location: "http://127.0.0.1:1/" } });
    await expect(storage.has(await computeCid(patternedBytes(9)))).rejects.toMatchObject({
      code: "storage-unavailable",
    });
  });

  test("errors tell no secret, even where the store repeats it", async () => {
    for (const status of [401, 403, 500, 418]) {
      server.intercept = (request) => new Response(`bad ${request.headers.get("authorization")}`, { status });
      const error = await storage.put(patternedBytes(10)).catch((caught: unknown) => caught);
      expect(allText(error)).not.toContain(jwt);
      expect(error).toMatchObject({ name: "TrainChainError" });
    }
  });

  function retimed(timeoutMs: number): Storage {
    if (name === "kubo") return createStorage({ backend: "kubo", rpcUrl: server.url, timeoutMs, retries: 0 });
    return pinataAt(server as PinataServer, { timeoutMs, retries: 0 });
  }
});

test("a wrong key is a matter of configuration", async () => {
  const server = await startPinataServer();
  const storage = pinataAt(Object.assign(server, { jwt: "wrong" }), impatient);
  await expect(storage.put(patternedBytes(1))).rejects.toMatchObject({ code: "configuration-invalid" });
  await server.close();
});

test("a kubo node is asked for what it keeps, never to look for content on the network", async () => {
  const server = await startKuboServer();
  const storage = createStorage({ backend: "kubo", rpcUrl: server.url, ...impatient });
  const { cid } = await storage.put(patternedBytes(300_000));
  const asked: URL[] = [];
  server.intercept = (request) => {
    asked.push(new URL(request.url));
    return undefined;
  };
  await storage.has(cid);
  await readAll(await storage.get(cid));
  await expect(storage.get(await computeCid(patternedBytes(7)))).rejects.toMatchObject({ code: "not-found" });
  expect(asked.map(({ searchParams }) => searchParams.get("offline"))).toEqual(["true", "true", "true"]);
  await server.close();
});

test("what a killed put left in the temporary folder is removed, what is being written is not", async () => {
  const storage = createStorage({ backend: "kubo", rpcUrl: "http://127.0.0.1:1" });
  const folders = await Promise.all([1, 2].map(() => mkdtemp(join(tmpdir(), "trainchain-car-"))));
  const [old, young] = folders.map((folder) => join(folder, "content.car")) as [string, string];
  await Promise.all([old, young].map((file) => writeFile(file, "part")));
  await utimes(old, new Date(), new Date(Date.now() - 7_200_000));
  await storage.removeLeftovers(new Date(Date.now() - 3_600_000));
  expect([existsSync(old), existsSync(young)]).toEqual([false, true]);
  await rm(folders[1]!, { recursive: true });
});

test("pieces go to no other host than the configured one", async () => {
  const server = await startPinataServer();
  server.intercept = () =>
    new Response(null, { status: 201, headers: { location: "http://other.example/upload" } });
  const storage = pinataAt(server, { ...impatient, pieceBytes: 10 });
  await expect(storage.put(patternedBytes(100))).rejects.toMatchObject({ code: "storage-unavailable" });
  await server.close();
});

/** Message, fix, facts and causes of an error. */
function allText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.message, JSON.stringify(error), error.stack, allText(error.cause)].join("\n");
}

/** Sends some bytes, then drops the connection. */
function breaking(bytes: Uint8Array, { dropConnections }: TestServer): ReadableStream<Uint8Array> {
  let sent = false;
  return new ReadableStream({
    pull(controller) {
      if (!sent) controller.enqueue(bytes);
      else dropConnections();
      sent = true;
    },
  });
}

function stalling(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.enqueue(bytes) });
}

function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) });
}
