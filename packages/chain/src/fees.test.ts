import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import {
  createWalletClient,
  custom,
  type Hex,
  http,
  numberToHex,
  parseGwei,
  parseTransaction,
  type Transport,
} from "viem";
import { generatePrivateKey, mnemonicToAccount, privateKeyToAccount } from "viem/accounts";
import { waitForTransactionReceipt } from "viem/actions";
import { afterAll, beforeAll, expect, it } from "vitest";
import { localChain } from "./chains.ts";
import { sendCall } from "./escrow-call.ts";
import { withMinTip } from "./fees.ts";
import { startAnvil } from "./testing/index.ts";

const account = mnemonicToAccount("test test test test test test test test test test test junk");
const call = { to: privateKeyToAccount(generatePrivateKey()).address, data: "0x", value: 0n } as const;
let anvil: Awaited<ReturnType<typeof startAnvil>>;
let node: Server;
let url: string;
/** What the node asks for, in wei; it says to everybody that 2 gwei would do, as Polygon's do. */
let minTip = parseGwei("25");
let tipsSeen: bigint[] = [];

beforeAll(async () => {
  anvil = await startAnvil({ chainId: localChain.id });
  node = createServer(async (request, response) => {
    const body = JSON.parse(await text(request));
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ jsonrpc: "2.0", id: body.id, ...(await answer(body)) }));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => node.once("listening", resolve));
  url = `http://127.0.0.1:${(node.address() as AddressInfo).port}`;
});
afterAll(async () => {
  node?.closeAllConnections();
  node?.close();
  await anvil?.stop();
});

/** The chain behind the node's own rule about tips. */
async function answer(body: { method: string; params: Hex[] }): Promise<object> {
  if (body.method === "eth_maxPriorityFeePerGas") return { result: numberToHex(parseGwei("2")) };
  if (body.method === "eth_sendRawTransaction") {
    const tip = parseTransaction(body.params[0] as Hex).maxPriorityFeePerGas ?? 0n;
    tipsSeen.push(tip);
    if (tip < minTip) {
      const message = `transaction gas price below minimum: gas tip cap ${tip}, minimum needed ${minTip}`;
      return { error: { code: -32_000, message } };
    }
  }
  const response = await fetch(anvil.rpcUrl, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...body, jsonrpc: "2.0", id: 1 }),
  });
  const { result, error } = (await response.json()) as { result?: unknown; error?: unknown };
  return error ? { error } : { result };
}

const signer = (transport: Transport) => createWalletClient({ account, chain: localChain, transport });

it("a node that refuses tips under 25 gwei takes the first try on Polygon's chains", async () => {
  tipsSeen = [];
  const client = signer(http(url));
  const receipt = await waitForTransactionReceipt(client, { hash: await sendCall(client, call) });
  expect([receipt.status, tipsSeen]).toEqual(["success", [parseGwei("25")]]);
});

it("a browser's wallet is told the tip, which it may not know", async () => {
  const asked: { maxFeePerGas?: Hex; maxPriorityFeePerGas?: Hex }[] = [];
  const node = http(url)({ chain: localChain });
  const wallet = custom({
    async request({ method, params }) {
      if (method !== "eth_sendTransaction") return node.request({ method, params });
      asked.push(params[0]);
      return `0x${"ab".repeat(32)}`;
    },
  });
  await sendCall(
    createWalletClient({ account: account.address, chain: localChain, transport: wallet }),
    call,
  );
  expect(asked).toHaveLength(1);
  expect(BigInt(asked[0]?.maxPriorityFeePerGas ?? 0)).toBe(parseGwei("25"));
  expect(BigInt(asked[0]?.maxFeePerGas ?? 0)).toBeGreaterThan(parseGwei("25"));
});

it("where a node asks for more, the refusal names the tip", async () => {
  minTip = parseGwei("30");
  await expect(sendCall(signer(http(url)), call)).rejects.toMatchObject({
    code: "chain-rejected",
    message: "The node takes a tip of 30 gwei at least; 25 gwei were offered.",
    fix: expect.stringContaining("priority fee"),
  });
});

it("other chains, and tips that are high enough, are left alone", () => {
  const low = { maxFeePerGas: 7n, maxPriorityFeePerGas: 2n };
  const high = { maxFeePerGas: parseGwei("90"), maxPriorityFeePerGas: parseGwei("40") };
  expect(withMinTip(1, low)).toEqual(low);
  for (const chainId of [137, 80_002]) {
    expect(withMinTip(chainId, high)).toEqual(high);
    expect(withMinTip(chainId, low)).toEqual({
      maxFeePerGas: parseGwei("25") + 5n,
      maxPriorityFeePerGas: parseGwei("25"),
    });
  }
});
