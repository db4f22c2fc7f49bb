import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKeystoreFile } from "@trainchain/keystore";
import { roles, testPrivateKey } from "@trainchain/testing";
import { type LocalWorld, startLocalWorld } from "@trainchain/testing/local-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toyModel } from "../agent-process.ts";
import { trainchain } from "../job-moves/trainchain.ts";
import { installSdk } from "./install-sdk.ts";

const passphrase = { TRAINCHAIN_KEYSTORE_PASSWORD: "a passphrase of nobody" };

/** A node that loses transactions, on the way there or the answer on the way back, or is slow to say which chain it has. */
async function startLossyNode(rpcUrl: string) {
  const node = {
    loses: "nothing" as "nothing" | "requests" | "answers",
    held: [] as string[],
    /** What happens, once, before it says which chain it has. */
    meanwhile: undefined as (() => Promise<void>) | undefined,
  };
  const forward = async (body: string) => {
    const headers = { "content-type": "application/json" };
    return (await fetch(rpcUrl, { method: "POST", headers, body })).text();
  };
  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    const { meanwhile } = node;
    if (meanwhile && body.includes("eth_chainId")) {
      node.meanwhile = undefined;
      await meanwhile();
    }
    const isStake = body.includes("eth_sendRawTransaction");
    if (!isStake || node.loses === "nothing") return void response.end(await forward(body));
    if (node.loses === "answers") await forward(body);
    else node.held.push(body);
    response.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    node,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Sends what was lost on the way there, late. */
    deliverHeld: () => Promise.all(node.held.splice(0).map(forward)),
    stop: () => void server.close(),
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const piece of request) text += piece;
  return text;
}

describe.each(["1", "2"] as const)("on the escrow's version %s", (escrowVersion) => {
  let folder: string;
  let dataDir: string;
  let world: LocalWorld;
  let lossy: Awaited<ReturnType<typeof startLossyNode>>;
  let sdk: Awaited<ReturnType<typeof installSdk>>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "trainchain-pays-once-"));
    dataDir = await mkdtemp(join(tmpdir(), "trainchain-pays-once-world-"));
    const env = { indexer: { POLL_INTERVAL_MS: "100" } };
    world = await startLocalWorld({ dataDir, models: [toyModel], escrowVersion, env });
    lossy = await startLossyNode(world.rpcUrl);
    sdk = await installSdk(folder);
    const key = testPrivateKey(roles.requester);
    await createKeystoreFile(join(folder, "wallet.json"), key, passphrase.TRAINCHAIN_KEYSTORE_PASSWORD);
    const sample = new URL("../../packages/dataset/samples/sample-600.jsonl", import.meta.url);
    const rows = (await readFile(sample, "utf8")).split("\n").slice(0, 80);
    await writeFile(join(folder, "rows.jsonl"), rows.join("\n"));
  });
  afterAll(async () => {
    lossy?.stop();
    await world?.stop();
    for (const made of [folder, dataDir]) await rm(made, { recursive: true, force: true });
  });

  /** Asks for a job as a script that is run anew does; prints its number, or the error's code. */
  async function ask(settings: string): Promise<string> {
    const script = `
from trainchain import TrainChain, TrainChainError
try:
    platform = TrainChain("${world.apiUrl}", "wallet.json", rpc_url="${lossy.url}")
    print("job", platform.finetune("rows.jsonl", "toy-model", reward="0.5", ${settings}).id)
except TrainChainError as error:
    print(error.code)`;
    return (await sdk.run(script, passphrase)).trim();
  }

  async function jobs(): Promise<number> {
    const { document } = await trainchain(world.apiUrl, roles.requester, ["job", "list"]);
    return document.items?.length ?? 0;
  }

  it("a stake whose answer was lost is found, and not paid again", async () => {
    const before = await jobs();
    lossy.node.loses = "answers";
    expect(await ask("seed=1")).toBe("chain-unavailable");
    lossy.node.loses = "nothing";
    const found = await ask("seed=1");
    expect(found).toMatch(/^job \d+$/);
    expect(await ask("seed=1")).toBe(found);
    expect(await jobs()).toBe(before + 1);
  });

  it("a stake that was lost itself is paid once, also where it turns up later", async () => {
    const before = await jobs();
    lossy.node.loses = "requests";
    expect(await ask('seed=2, key="nightly-2"')).toBe("chain-unavailable");
    lossy.node.loses = "nothing";
    const paid = await ask('seed=2, key="nightly-2"');
    expect(paid).toMatch(/^job \d+$/);
    expect(await lossy.deliverHeld()).toEqual([expect.stringContaining("nonce too low")]);
    expect(await ask('seed=2, key="nightly-2"')).toBe(paid);
    expect(await jobs()).toBe(before + 1);
  });

  it("of two scripts that ask for the same at once, one stakes", async () => {
    const before = await jobs();
    let paid = "";
    lossy.node.meanwhile = async () => {
      paid = await ask('seed=4, key="at-once"');
    };
    const second = await ask('seed=4, key="at-once"');
    expect(paid).toMatch(/^job \d+$/);
    expect(["not-ready", paid]).toContain(second);
    expect(await jobs()).toBe(before + 1);
  });

  it("another key has the same trained again", async () => {
    const first = await ask('seed=3, key="once"');
    const second = await ask('seed=3, key="twice"');
    expect(new Set([first, second]).size).toBe(2);
  });
});
