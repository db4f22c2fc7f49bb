import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { askPlatform } from "./known-platform.ts";

let dataDir: string;
let answer = { status: 200, body: "" };
const server = createServer((_, response) => response.writeHead(answer.status).end(answer.body));
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "trainchain-known-"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  server.close();
  await rm(dataDir, { recursive: true, force: true });
});

const kept = {
  chainId: 80_002,
  chainName: "local",
  rpcUrl: "http://127.0.0.1:1",
  escrow: `0x${"1".repeat(40)}`,
  relaysAcceptances: true,
};
const config = {
  ...{ ...kept, explorerUrl: null, feeBps: 0, aggregator: kept.escrow, models: [] },
  limits: { uploadBytes: 1, adapterBytes: 1 },
};
const ask = () => {
  const { port } = server.address() as AddressInfo;
  return askPlatform(dataDir, `http://127.0.0.1:${port}`, new AbortController().signal);
};

it("a start goes on with what the platform said before where something else answers for it, and not where it refuses", async () => {
  answer = { status: 404, body: "404 page not found" };
  await expect(ask()).rejects.toMatchObject({ code: "timeout" });
  answer = { status: 200, body: JSON.stringify(config) };
  expect(await ask()).toMatchObject(kept);
  for (const body of ["404 page not found", ""]) {
    answer = { status: 404, body };
    expect(await ask()).toMatchObject(kept);
  }
  answer = { status: 200, body: "<html>we are back soon</html>" };
  expect(await ask()).toMatchObject(kept);
  answer = { status: 403, body: '{"error":{"code":"forbidden","message":"no","fix":null,"requestId":"1"}}' };
  await expect(ask()).rejects.toMatchObject({ code: "forbidden" });
});
