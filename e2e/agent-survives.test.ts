import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeAcceptJob, localChain } from "@trainchain/chain";
import { startAnvil } from "@trainchain/chain/testing";
import { freePort, roles, testWallet, waitFor } from "@trainchain/testing";
import { type LocalWorld, startLocalWorld } from "@trainchain/testing/local-world";
import {
  createClient,
  createPublicClient,
  createTestClient,
  http,
  parseEther,
  parseGwei,
  publicActions,
  zeroAddress,
} from "viem";
import { sendTransaction } from "viem/actions";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type AgentLine, runCli, startAgent, toyModel, trainersOf } from "./agent-process.ts";
import { startCuttableProxy } from "./cuttable-proxy.ts";
import { expectDeliveredOnceThroughKills, type Shown } from "./killed-agent.ts";
import { makeSmallDisk } from "./small-disk.ts";

let world: LocalWorld;
let dataDir: string;
const contributor = roles.firstContributor;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "trainchain-e2e-"));
  world = await startLocalWorld({ dataDir, models: [toyModel] });
});

afterAll(async () => {
  await world?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Sixty rows, of which training takes the beginning: a few steps to train, and much to send where they are long. */
async function writeDataset(length = 1): Promise<string> {
  const file = join(dataDir, "rows.jsonl");
  const rows = Array.from({ length: 60 }, (_, i) =>
    JSON.stringify({
      instruction: `Name the number after ${i}.`,
      input: "",
      output: `It is ${i + 1}. `.repeat(length),
    }),
  );
  await writeFile(file, `${rows.join("\n")}\n`);
  return file;
}

async function createJob(reward: string, more: string[] = [], length = 1): Promise<string> {
  const dataset = await writeDataset(length);
  const args = ["--dataset", dataset, "--model", toyModel, "--reward", reward, "--contributors", "1"];
  const training = [
    "--rank",
    "4",
    "--epochs",
    "1",
    "--learning-rate",
    "0.004",
    "--max-length",
    "128",
    "--yes",
  ];
  const created = await runCli<{ jobId: string }>(world, roles.requester, [
    "job",
    "create",
    ...args,
    ...training,
    ...more,
  ]);
  return created.jobId;
}

it("a network cut in mid-download and in mid-upload and a full disk are told with what to do, and cost no work", async () => {
  const proxy = await startCuttableProxy(world.apiUrl);
  // A login is for the platform's own addresses; the proxy's is one of them here.
  await world.api.stop();
  await world.restart("api", { WEB_ORIGINS: proxy.url });
  // All that this agent and its trainer talk to is on this machine: the way to others is not theirs.
  let throughProxy = 0;
  const outwardProxy = createServer((socket) => {
    throughProxy++;
    socket.destroy();
  });
  await once(outwardProxy.listen(0, "127.0.0.1"), "listening");
  const folder = join(dataDir, "small-disk");
  const disk = await makeSmallDisk(folder, 1_000);
  const contributor = roles.firstContributor + 1;
  const told: string[] = [];
  const jobId = await createJob("0.3", [], 400);
  const jobDir = join(folder, "jobs", `80002-${world.escrow.toLowerCase()}-${jobId}`);
  /** Mends as soon as the agent has said what is in the way. */
  const onLine = ({ state, now = "", next = "", trainer }: AgentLine) => {
    if (state) told.push(`${state}: ${now} ${next}`);
    // The check before the job wants a gibibyte; once it has passed, others may take it.
    if (state === "accepting") disk.crowd(4 * 2 ** 20);
    if (trainer?.event === "step" && trainer.step === 1 && !told.some((line) => line.includes("is full")))
      disk.fill(jobDir);
    if (now.startsWith("Held up: the disk")) disk.free();
    else if (now.startsWith("Held up")) proxy.mend();
  };
  try {
    // What a broken answer has brought and nobody has read yet is thrown away.
    const arrived = () =>
      waitFor(
        "some of the shard to be on disk",
        async () => (await stat(join(jobDir, "shard.age.part"))).size > 0,
      );
    const cuts = proxy
      .cutIn("GET /ipfs/", 100_000, arrived)
      .then(() => proxy.cutIn("PATCH /uploads/", 4_000));
    const outward = `http://127.0.0.1:${(outwardProxy.address() as AddressInfo).port}`;
    const proxies = { HTTP_PROXY: outward, HTTPS_PROXY: outward, NODE_USE_ENV_PROXY: "1" };
    const env = { API_URL: proxy.url, TRAINCHAIN_AGENT_DIR: folder, ...proxies };
    const agent = await startAgent(world, contributor, ["--jobs", jobId], onLine, env);
    expect(await agent.exited, await agent.lastLines()).toBe(0);
    await cuts;
  } finally {
    disk.remove();
    await proxy.stop();
    outwardProxy.close();
  }
  expect(throughProxy).toBe(0);
  const heldUp = told.filter((line) => line.includes("Held up"));
  expect(heldUp.find((line) => line.startsWith("accepted"))).toMatch(
    /Check .*network.* It is tried again by itself/,
  );
  expect(heldUp.find((line) => line.startsWith("training"))).toMatch(
    /the disk of .* is full\. Free some space on it.*\. It is tried again by itself/,
  );
  expect(heldUp.find((line) => line.startsWith("sealed"))).toMatch(/network.* It is tried again by itself/);
  expect(proxy.heads("GET /ipfs/").at(-1)).toMatch(/\r\nrange: bytes=[1-9]\d*-/i);
  const offsets = proxy
    .heads("PATCH /uploads/")
    .map((head) => Number(/upload-offset: (\d+)/i.exec(head)?.[1]));
  expect([offsets.length, offsets.at(-1)]).toEqual([2, Math.max(...offsets)]);
  const { status } = await runCli<Shown>(world, roles.requester, ["job", "show", jobId]);
  expect(status).toBe("completed");
});

it("an agent whose node is of another chain says which, and what to set, before it does anything", async () => {
  const other = await startAnvil({ chainId: 1, port: await freePort() });
  const lines: AgentLine[] = [];
  const agent = await startAgent(world, roles.stranger, ["--auto"], (line) => lines.push(line), {
    RPC_URL: other.rpcUrl,
  });
  expect(await agent.exited).toBe(2);
  await other.stop();
  expect(lines).toEqual([
    {
      event: "failed",
      code: "wrong-network",
      message: expect.stringContaining("is a node of chain 1, not of 80002"),
      fix: expect.stringContaining("Set RPC_URL"),
    },
  ]);
});

it("an agent killed in every state, and its trainer killed while it trains, delivers once and is paid exactly its share", async () => {
  const jobId = await createJob("0.5");
  const chain = createPublicClient({ transport: http(world.rpcUrl) });
  const wallet = testWallet(contributor).address;
  const before = await chain.getBalance({ address: wallet });

  await expectDeliveredOnceThroughKills(world, contributor, jobId);

  const [accepted] = await chain
    .getLogs({ fromBlock: 0n, toBlock: "latest" })
    .then((logs) =>
      Promise.all(
        [...new Set(logs.map(({ transactionHash }) => transactionHash))].map((hash) =>
          chain.getTransactionReceipt({ hash }),
        ),
      ).then((receipts) => receipts.filter(({ from }) => from === wallet.toLowerCase())),
    );
  const gasWei = accepted ? accepted.gasUsed * accepted.effectiveGasPrice : 0n;
  expect(await chain.getBalance({ address: wallet })).toBe(before - gasWei + parseEther("0.5"));
});

it("nothing that the trainer or the agent leaves on disk holds a wallet key, a shard key or a plain row", async () => {
  const folder = join(dataDir, `agent-${contributor}`);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((file) => file.isFile())) {
    const text = await readFile(join(entry.parentPath, entry.name), "latin1");
    expect(text, entry.name).not.toContain("AGE-SECRET-KEY-");
    expect(text, entry.name).not.toContain("Name the number after");
  }
});

it("a slot whose deadline passes while it is trained ends the training, says what it cost, and leaves no row behind", async () => {
  const jobId = await createJob("0.2", ["--bond", "0.01"]);
  const clock = createTestClient({ mode: "anvil", transport: http(world.rpcUrl) });
  const contributor = roles.firstContributor + 2;
  const lines: AgentLine[] = [];
  const agent = await startAgent(world, contributor, ["--jobs", jobId], (line) => {
    lines.push(line);
    if (line.state !== "training") return;
    void clock.increaseTime({ seconds: 3 * 86_400 }).then(() => clock.mine({ blocks: 1 }));
  });
  expect(await agent.exited).toBe(2);
  expect(lines.at(-1)?.message).toBe(
    `job ${jobId} ended released: The slot's deadline passed before the adapter was on chain: nothing can be delivered for it any more. Its bond of 0.01 POL is lost.`,
  );
  expect(trainersOf(agent.pid)).toEqual([]);
  const left = await readdir(join(dataDir, `agent-${contributor}`, "jobs"), { recursive: true });
  expect(left.filter((name) => /work|shard\.age/.test(name))).toEqual([]);
});

it("an agent that loses the race for a job's last slot says so and goes on to the next job", async () => {
  const [wanted, next] = [await createJob("0.9"), await createJob("0.4")];
  const chain = createTestClient({ mode: "anvil", chain: localChain, transport: http(world.rpcUrl) }).extend(
    publicActions,
  );
  const lines: AgentLine[] = [];
  await chain.setAutomine(false);
  const agent = await startAgent(world, roles.firstContributor + 3, ["--auto", "--once"], (line) =>
    lines.push(line),
  );
  await waitFor("the agent's acceptance", async () => (await chain.getTxpoolStatus()).pending > 0);
  const faster = createClient({
    account: testWallet(roles.stranger),
    chain: localChain,
    transport: http(world.rpcUrl),
  });
  const { data, value } = encodeAcceptJob({
    escrow: world.escrow,
    jobId: BigInt(wanted),
    delegate: zeroAddress,
    bondWei: 0n,
  });
  const fees = { gas: 200_000n, maxFeePerGas: parseGwei("900"), maxPriorityFeePerGas: parseGwei("800") };
  await sendTransaction(faster, { to: world.escrow, data, value, ...fees });
  await chain.mine({ blocks: 1 });
  await chain.setAutomine(true);
  expect(await agent.exited, await agent.lastLines()).toBe(0);
  const ends = lines.filter(({ state }) => state === "missed" || state === "paid");
  expect(ends.map(({ jobId, state, now }) => [jobId, state, now])).toEqual([
    [wanted, "missed", `All slots of job ${wanted} are taken.`],
    [next, "paid", "Paid: 0.4 POL."],
  ]);
});
