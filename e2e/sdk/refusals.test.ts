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

def finetune(rows):
    platform = TrainChain.__new__(TrainChain)
    platform.config = {"models": [{"id": "toy-model"}]}
    platform.finetune(rows, "toy-model", reward="1")

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

const address = "Check the address: it is the API's, which may have another name than the site.";

it("an address that is not the API's is told as that, whatever it answers with 200", async () => {
  const answers = ["<!doctype html><title>A site</title>", "[]", "{}"];
  const urls = await Promise.all(answers.map(answering));
  const told = `the server answered 200, and not as the platform's API does. ${address}`;
  expect(await outcomes(...urls.map((url) => `TrainChain("${url}", private_key=key)`))).toEqual(
    answers.map(() => `timeout | ${told}`),
  );
});

it("no address is told as that, of the API and of a node", async () => {
  const [api, node] = await outcomes(
    `TrainChain("http://api:port", private_key=key)`,
    `ask("http://node:port")`,
  );
  expect(api).toBe(
    `invalid-input | http://api:port is no address. Give one such as https://api.example.org.`,
  );
  expect(node).toMatch(/^chain-unavailable \| the chain's node does not answer/);
});

it("a node that answers as none does is told as unavailable", async () => {
  const answers = [
    { error: "rate limited" },
    { jsonrpc: "2.0", id: 1 },
    { result: null },
    { result: "many" },
    ["busy"],
    "busy",
  ];
  const urls = await Promise.all(answers.map((answer) => answering(JSON.stringify(answer))));
  const told = await outcomes(...urls.map((url) => `ask("${url}")`));
  expect(told.map((line) => line.split(" | ")[0])).toEqual(answers.map(() => "chain-unavailable"));
});

it("rows that are no dictionaries of texts are told as that", async () => {
  const given = ['["a row"]', "[1]", '[{"output": {1}}]'];
  const told = await outcomes(...given.map((rows) => `finetune(${rows})`));
  expect(told).toEqual(given.map(() => expect.stringMatching(/^dataset-invalid \| a row is no dictionary/)));
});
