import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { waitFor } from "@trainchain/testing";
import { afterEach, expect, it } from "vitest";
import { createPriceSource } from "./price-source.ts";

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A source of prices of our own; resolves with its address and what was asked of it. */
async function startSource(answer: RequestListener) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

function sourceOf(url: string, path = "pol.{currency}") {
  const warnings: string[] = [];
  const settings = { url, path, currency: "USD" };
  const source = createPriceSource(settings, {
    warn: (about: object, text?: string) => void warnings.push(`${JSON.stringify(about)} ${text}`),
  } as never);
  return { source, warnings };
}

it("a price is read at its path, and asked for once while it is fresh; nobody waits for it", async () => {
  const { url, asked } = await startSource((_, response) => response.end('{"pol":{"usd":0.4512}}'));
  const { source, warnings } = sourceOf(`${url}/price?vs={currency}`);
  expect(source.current()).toBeNull();
  const rate = await waitFor("a price", async () => source.current() ?? undefined);
  expect(rate).toEqual({ currency: "USD", perPol: 0.4512 });
  expect([source.current(), asked, warnings]).toEqual([rate, ["/price?vs=usd"], []]);
});

it("a price that is written as text, in a list, is one too", async () => {
  const { url } = await startSource((_, response) => response.end('{"data":[{"price":"0.45120000"}]}'));
  const { source } = sourceOf(url, "data.0.price");
  expect(await waitFor("a price", async () => source.current() ?? undefined)).toMatchObject({
    perPol: 0.4512,
  });
});

it.each<[string, RequestListener, string]>([
  ["is none of it", (_, response) => response.end('{"pol":{"usd":"cheap"}}'), "has no price at pol.usd"],
  ["is nothing", (_, response) => response.end('{"pol":{"usd":0}}'), "has no price at pol.usd"],
  ["leads into what every object has", (_, response) => response.end('{"pol":"text"}'), "has no price"],
  ["is no JSON", (_, response) => response.end("<html>"), "answers no JSON"],
  ["is an error", (_, response) => response.writeHead(429).end("{}"), "answers 429"],
  ["is endless", (_, response) => response.end(`"${"x".repeat(100_000)}"`), "answers too much"],
  [
    "leads elsewhere",
    ({ url }, response) =>
      url === "/there"
        ? response.end('{"pol":{"usd":1}}')
        : response.writeHead(302, { location: "/there" }).end(),
    "does not answer",
  ],
  ["breaks off", (request) => request.socket.destroy(), "does not answer"],
])(
  "an answer that %s means no value, and a line in the log without the address",
  async (_, answer, reason) => {
    const { url } = await startSource(answer);
    const { source, warnings } = sourceOf(`${url}/?key=SECRET`);
    source.current();
    await waitFor("a warning", async () => warnings.length > 0 || undefined);
    expect(warnings[0]).toContain(reason);
    expect(warnings.join()).not.toContain("SECRET");
    expect(source.current()).toBeNull();
  },
);
