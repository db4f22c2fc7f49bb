import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { TrainChainError } from "@trainchain/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { send } from "./request.ts";
import { pauseBefore, retryAfterMs } from "./retry.ts";

type Answer = (response: ServerResponse) => void;
let answers: Answer[] = [];
const server = createServer((_, response) => answers.shift()?.(response));
const connection = { baseUrl: "", fetch, token: () => undefined };

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  connection.baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const ok: Answer = (response) => response.end("here");
const busy =
  (status: number, headers: Record<string, string>): Answer =>
  (response) => {
    const error = { code: "too-many-requests", message: "too many", fix: "Try again.", requestId: "1" };
    response.writeHead(status, headers).end(JSON.stringify({ error }));
  };

it("a server that is too busy is asked again when it wants, whatever was asked", async () => {
  for (const [status, method] of [
    [429, "GET"],
    [503, "POST"],
  ] as const) {
    answers = [busy(status, { "retry-after": "0" }), busy(status, { "retry-after": "1" }), ok];
    const response = await send(connection, "x", { method });
    expect([await response.text(), answers.length]).toEqual(["here", 0]);
  }
});

it("a server that goes on being busy, or wants to be left alone for long, is told of with its own words", async () => {
  answers = [...Array.from({ length: 3 }, () => busy(429, { "retry-after": "0" })), ok];
  await expect(send(connection, "x")).rejects.toMatchObject({
    code: "too-many-requests",
    message: "too many",
  });
  expect(answers).toEqual([ok]);
  answers = [busy(429, { "retry-after": "3600" }), ok];
  await expect(send(connection, "x")).rejects.toMatchObject({ facts: { retryAfterMs: 3_600_000 } });
  answers = [busy(503, {}), ok];
  await expect(send(connection, "x")).rejects.toMatchObject({ code: "too-many-requests" });
});

it("an answer of something before the API says that the API is away, unless it is of the request itself", async () => {
  const said: [status: number, body: string, code: string][] = [
    [403, "<html>", "timeout"],
    [404, "404 page not found", "timeout"],
    [404, '{"error":"no such route"}', "timeout"],
    [405, '{"error":{"code":405,"message":"not allowed"}}', "timeout"],
    [502, "bad gateway", "timeout"],
    [413, "too large", "too-large"],
    [404, '{"error":{"code":"not-found","message":"no job 7"}}', "not-found"],
    [409, '{"error":{"code":"of-a-newer-api","message":"no"}}', "conflict"],
  ];
  for (const [status, body, code] of said) {
    answers = [(response) => response.writeHead(status).end(body)];
    await expect(send(connection, "x"), body).rejects.toMatchObject({ code, facts: { status } });
  }
});

it("a wait ends with its signal", async () => {
  answers = [busy(429, { "retry-after": "20" })];
  const stop = new AbortController();
  const asked = send(connection, "x", { signal: stop.signal });
  await expect.poll(() => answers.length).toBe(0);
  stop.abort(new Error("enough"));
  await expect(asked).rejects.toThrow("enough");
});

it("Retry-After is read as seconds or as a date by the server's clock; anything else is none", () => {
  const ms = (value: string, date = "Sun, 29 Nov 2026 06:40:00 GMT") =>
    retryAfterMs({ headers: new Headers({ "retry-after": value, date }) });
  expect(ms("7")).toBe(7_000);
  expect(ms("Sun, 29 Nov 2026 06:41:30 GMT")).toBe(90_000);
  expect(ms("Sun, 29 Nov 2026 06:00:00 GMT")).toBe(0);
  for (const nonsense of ["soon", "-1", "1e3", "99999999999"]) expect(ms(nonsense)).toBeUndefined();
  expect(retryAfterMs({ headers: new Headers() })).toBeUndefined();
});

it("pauses grow up to a bound, are spread, and are never shorter than what the server asked for", () => {
  const pauses = { firstMs: 100, mostMs: 1_000 };
  const drawn = (error: unknown, failures: number) =>
    Array.from({ length: 200 }, () => pauseBefore(error, failures, pauses));
  for (const [failures, most] of [
    [1, 100],
    [3, 400],
    [30, 1_000],
  ] as const) {
    const times = drawn(undefined, failures);
    expect([Math.min(...times) >= most / 2, Math.max(...times) <= most]).toEqual([true, true]);
    expect(new Set(times).size).toBeGreaterThan(100);
  }
  const asked = new TrainChainError("too-many-requests", "too many", { facts: { retryAfterMs: 5_000 } });
  expect(Math.min(...drawn(asked, 1))).toBeGreaterThanOrEqual(5_000);
  const long = new TrainChainError("too-many-requests", "too many", { facts: { retryAfterMs: 1e9 } });
  expect(Math.max(...drawn(long, 1))).toBeLessThan(400_000);
});
