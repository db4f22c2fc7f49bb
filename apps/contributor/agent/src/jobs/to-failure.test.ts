import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DatabaseSync } from "node:sqlite";
import { TrainChainError } from "@trainchain/protocol";
import { createPublicClient, http } from "viem";
import { expect, it } from "vitest";
import { toFailure } from "./to-failure.ts";

const failureOf = async (work: () => unknown) => {
  const thrown = await Promise.resolve()
    .then(work)
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  return toFailure(thrown, "/work");
};

it("takes an answer that breaks off, and a node that nobody answers for, as a network that may come back", async () => {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-length": 100 });
    response.write("half", () => response.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const broken = await failureOf(async () => (await fetch(url)).text());
  server.close();
  await once(server, "close");
  const away = await failureOf(() =>
    createPublicClient({ transport: http(url, { retryCount: 0 }) }).getBlockNumber(),
  );
  for (const { code, mayRetry, fix } of [broken, away])
    expect([code, mayRetry, fix]).toEqual(["timeout", true, "Check this machine's network."]);
});

it("names the folder whose disk is full, whoever found out", async () => {
  const database = new DatabaseSync(":memory:");
  database.exec("create table rows (text text); pragma max_page_count = 2");
  const system = Object.assign(new Error("write"), { code: "ENOSPC" });
  for (const failure of [
    await failureOf(() => database.exec("insert into rows values (zeroblob(100000))")),
    toFailure(new Error("could not store", { cause: system }), "/work"),
    toFailure(new TrainChainError("disk-full", "the disk is full"), "/work"),
  ]) {
    expect([failure.code, failure.mayRetry]).toEqual(["disk-full", true]);
    expect(failure.message).toBe("the disk of /work is full");
  }
});

it("does not take the platform's full disk for this machine's, and asks again before its hour", () => {
  const facts = { status: 507, retryAfterMs: 3_600_000 };
  const failure = toFailure(
    new TrainChainError("disk-full", "the platform's disk is full", { facts }),
    "/work",
  );
  expect([failure.message, failure.facts.retryAfterMs]).toEqual(["the platform's disk is full", undefined]);
});

it("leaves what it does not know a bug, and what is known already as it is", () => {
  expect(toFailure(new TypeError("x is not a function"), "/work").code).toBe("internal");
  const known = new TrainChainError("gone", "the slot is gone");
  expect(toFailure(known, "/work")).toBe(known);
});
