import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testWallet } from "@trainchain/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { installSdk } from "./install-sdk.ts";

let folder: string;
let sdk: Awaited<ReturnType<typeof installSdk>>;
const servers: Server[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "trainchain-refusals-"));
  sdk = await installSdk(folder);
});
afterAll(async () => {
  for (const server of servers) server.close();
  await rm(folder, { recursive: true, force: true });
});

/** The address of a server that answers everything with 200 and the same. */
async function answering(body: string): Promise<string> {
  const server = createServer((_, response) => void response.end(body));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What each of these Python expressions comes to: the error's code and words, or the name of another exception. */
async function outcomes(...expressions: string[]): Promise<string[]> {
  const script = `
import httpx2
from trainchain import TrainChain, TrainChainError
from trainchain.escrow import Escrow

key = "0x" + "11" * 32

def ask(rpc_url):
    return Escrow(rpc_url, 80002, "${testWallet(0).address}", httpx2.Client()).next_number("${testWallet(1).address}")

for work in (${expressions.map((expression) => `lambda: ${expression},`).join(" ")}):
    try:
        print(work())
    except TrainChainError as error:
        print(error.code, "|", error)
    except Exception as error:
        print(type(error).__name__)`;
  return (await sdk.run(script, {})).trim().split("\n");
}

it("a node of another chain is named without the key in its address", async () => {
  const node = await answering(JSON.stringify({ jsonrpc: "2.0", id: 1, result: "0x89" }));
  const keyed = `${node.replace("//", "//user:password-of-it@")}/v2/key-of-somebody?also=more-of-the-key`;
  expect(await outcomes(`ask("${keyed}")`)).toEqual([
    `wrong-network | ${node} is a node of chain 137, not of 80002. Pass rpc_url with a node of that chain.`,
  ]);
});
