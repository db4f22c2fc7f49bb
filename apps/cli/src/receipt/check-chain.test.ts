import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { checkChain } from "./check-chain.ts";
import { createFindings } from "./findings.ts";
import { imageReceipt } from "./testing/image-receipt.ts";

/** What is found by a node at an address that carries a key. */
async function findBy(node: string): Promise<string> {
  const findings = createFindings();
  await checkChain(findings, imageReceipt, `${node}/v2/key-of-somebody?also=more-of-the-key`);
  return JSON.stringify(findings.all);
}

it("the key in a node's address is in no finding, whether the node is away or refuses", async () => {
  const away = await findBy("http://user:password-of-it@127.0.0.1:1");
  expect(away).toContain("the node at http://127.0.0.1:1 does not answer");

  const asked: (string | undefined)[] = [];
  const server = createServer(async (request, response) => {
    asked.push(request.url, request.headers.authorization);
    const { id, method } = JSON.parse(await text(request));
    const refusal = { error: { code: -32_601, message: "not here" } };
    const answer = method === "eth_chainId" ? { result: "0x13882" } : refusal;
    response.end(JSON.stringify({ jsonrpc: "2.0", id, ...answer }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const refusing = await findBy(`http://user:password-of-it@127.0.0.1:${port}`);
  server.close();
  expect(refusing).toContain("answers no job");
  expect(asked.slice(0, 2)).toEqual([
    "/v2/key-of-somebody?also=more-of-the-key",
    `Basic ${btoa("user:password-of-it")}`,
  ]);
  for (const found of [away, refusing]) expect(found).not.toMatch(/key|password/);
});

it("a node that answers no longer is asked no more, however much the receipt states, and makes no lie of it", async () => {
  let asked = 0;
  const server = createServer(async (request, response) => {
    const { id, method } = JSON.parse(await text(request));
    asked += 1;
    if (method === "eth_chainId") response.end(JSON.stringify({ jsonrpc: "2.0", id, result: "0x13882" }));
    else response.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const node = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const transactions = Array.from({ length: 4 }, (_, index) => ({
    ...{ event: "JobCreated", blockNumber: "1" },
    hash: `0x${index.toString(16).padStart(64, "0")}`,
  }));
  const findings = createFindings();
  await checkChain(findings, { ...imageReceipt, transactions }, node);
  server.close();
  expect(findings.all.filter(({ outcome }) => outcome === "differs")).toEqual([]);
  expect(findings.all.at(-1)).toMatchObject({
    what: "chain",
    detail: `the node at ${node} answers no longer`,
  });
  // One question, and viem's three tries more.
  expect(asked).toBe(5);
});
