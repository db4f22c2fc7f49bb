import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getSlot, localChain } from "@trainchain/chain";
import type { Address } from "@trainchain/protocol";
import { type RunningProcess, roles, testWallet, waitFor } from "@trainchain/testing";
import { type LocalWorld, startLocalWorld } from "@trainchain/testing/local-world";
import { createTestClient, http, parseEther, publicActions } from "viem";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type AgentLine, runCli, startAgent, toyModel } from "./agent-process.ts";

/* A platform that takes nothing at a slot's deadline: the bond of honest work is not its price. */

let world: LocalWorld;
let dataDir: string;
const training = { timeoutMs: 300_000 };
const [reward, bond] = ["0.5", "0.01"];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "trainchain-outage-"));
  world = await startLocalWorld({ dataDir, models: [toyModel] });
});
afterAll(async () => {
  await world?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function createJob(): Promise<string> {
  const file = join(dataDir, "rows.jsonl");
  const rows = Array.from({ length: 60 }, (_, i) =>
    JSON.stringify({ instruction: `Name the number after ${i}.`, input: "", output: `It is ${i + 1}.` }),
  );
  await writeFile(file, `${rows.join("\n")}\n`);
  const asked = ["--dataset", file, "--model", toyModel, "--reward", reward, "--bond", bond];
  const how = ["--contributors", "1", "--rank", "4", "--epochs", "1", "--learning-rate", "0.004"];
  const args = ["job", "create", ...asked, ...how, "--max-length", "128", "--yes"];
  return (await runCli<{ jobId: string }>(world, roles.requester, args)).jobId;
}

/** A contributor's slot of a job, its wallet, and the chain's clock. */
function observe(jobId: string, wallet: number) {
  const chain = createTestClient({
    mode: "anvil",
    chain: localChain,
    transport: http(world.rpcUrl),
    cacheTime: 0,
  }).extend(publicActions);
  const contributor = testWallet(wallet).address.toLowerCase() as Address;
  const slot = () => getSlot(chain, { escrow: world.escrow, jobId: BigInt(jobId), contributor });
  return {
    balance: () => chain.getBalance({ address: contributor }),
    sent: () => chain.getTransactionCount({ address: contributor }),
    slot,
    untilSubmitted: () =>
      waitFor("the submission on chain", async () => (await slot()).status === "submitted", training),
    async travelTo(seconds: number): Promise<void> {
      await chain.setNextBlockTimestamp({ timestamp: BigInt(seconds) });
      await chain.mine({ blocks: 1 });
    },
  };
}

/** A proxy in the platform's place that finds nobody behind it, and says so as many do: by a 404. */
async function standIn(): Promise<Server> {
  const proxy = createServer((_, response) => response.writeHead(404).end("404 page not found"));
  const { port, hostname } = new URL(world.apiUrl);
  await new Promise<void>((resolve) => proxy.listen(Number(port), hostname, resolve));
  return proxy;
}

/** An agent at work on one job, with what it says. */
async function work(jobId: string, wallet: number, onLine: (line: AgentLine) => void = () => undefined) {
  const lines: AgentLine[] = [];
  const env = { AGENT_POLL_MS: "100" };
  const take = (line: AgentLine) => {
    lines.push(line);
    onLine(line);
  };
  const agent: RunningProcess = await startAgent(world, wallet, ["--jobs", jobId], take, env);
  const says = (text: RegExp) =>
    waitFor(
      `the agent to say ${text}`,
      async () => lines.some(({ now = "", next = "" }) => text.test(`${now} ${next}`)),
      training,
    );
  return { agent, says };
}

const isTraining = ({ trainer }: AgentLine) => trainer?.event === "step";

it("that is gone, with a proxy that finds nothing in its place, from the training on until after the deadline is sent the file when it is back, and the work is paid, bond and all", async () => {
  const contributor = roles.firstContributor;
  const jobId = await createJob();
  const { balance, slot, travelTo, untilSubmitted } = observe(jobId, contributor);
  const before = await balance();
  let gone: Promise<Server> | undefined;
  const first = await work(jobId, contributor, (line) => {
    if (isTraining(line)) gone ??= world.api.stop().then(standIn);
  });
  await first.says(/Held up: .* Deadline: /);
  const proxy = await gone;
  const { timestamp: deadline } = await slot();
  await travelTo(deadline - 600);
  await untilSubmitted();
  await first.says(/Held up: .* The chain has its CID/);
  await first.agent.kill();

  const second = await work(jobId, contributor);
  await second.says(/Held up: .* The chain has its CID/);
  await travelTo(deadline + 300);
  await second.says(/Held up: .* The chain has its CID/);
  proxy?.closeAllConnections();
  await new Promise((resolve) => proxy?.close(resolve));
  await world.restart("api");
  expect(await second.agent.exited, await second.agent.lastLines()).toBe(0);
  // All but the gas of taking the slot and of submitting.
  const gasWei = before + parseEther(reward) - (await balance());
  expect(gasWei).toBeGreaterThan(0n);
  expect(gasWei).toBeLessThan(parseEther("0.005"));
});

it("that answers and has no room brings the CID on chain by itself, at its own cost, and is sent the file when there is room", async () => {
  const contributor = roles.firstContributor + 1;
  const jobId = await createJob();
  const { sent, slot, travelTo, untilSubmitted } = observe(jobId, contributor);
  let full: Promise<void> | undefined;
  const { agent, says } = await work(jobId, contributor, (line) => {
    if (!isTraining(line)) return;
    const room = `${1e15}`;
    const none = { MIN_FREE_BYTES: room, MIN_FREE_BYTES_FOR_ADAPTERS: room };
    full ??= world.api.stop().then(() => world.restart("api", none));
  });
  await says(/Held up: .* Deadline: /);
  await full;
  const before = await sent();
  await travelTo((await slot()).timestamp - 800);
  await untilSubmitted();
  expect(await sent()).toBe(before);
  await world.api.stop();
  await world.restart("api");
  expect(await agent.exited, await agent.lastLines()).toBe(0);
});
