import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { boundedFetch } from "./bounded-fetch.ts";

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** The text that a server answers in this way, of at most 200,000 bytes. */
async function ask(answer: (response: ServerResponse) => unknown, patienceMs = 300): Promise<string> {
  const server = createServer((_, response) => void answer(response));
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const ask = boundedFetch(200_000, { patienceMs, leastBytesPerMs: 10 });
  return (await ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)).text();
}

/** Bytes that come for ever, a few at a time. */
async function drip(response: ServerResponse): Promise<void> {
  while (!response.destroyed) {
    response.write("x");
    await pause(50);
  }
}

it("an answer within both bounds arrives whole, however long it takes at a fair pace", async () => {
  const arrived = await ask(async (response) => {
    for (let piece = 0; piece < 8; piece++) {
      response.write("x".repeat(10_000));
      await pause(100);
    }
    response.end();
  }, 30_000);
  expect(arrived.length).toBe(80_000);
});

it.each<[what: string, answer: (response: ServerResponse) => unknown, words: string]>([
  ["is longer", (response) => response.end("x".repeat(200_001)), "longer than 200000 bytes"],
  ["never begins", () => undefined, "too slowly"],
  ["drips", drip, "too slowly"],
  ["stops after much of it", (response) => response.write("x".repeat(150_000)), "too slowly"],
])("an answer that %s comes to an error", async (_, answer, words) => {
  await expect(ask(answer)).rejects.toThrow(words);
});
