import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agentWorkStates } from "@trainchain/protocol";
import { roles, testWallet } from "@trainchain/testing";
import { type LocalWorld, startLocalWorld } from "@trainchain/testing/local-world";
import { createPublicClient, http, parseEther } from "viem";
import { afterAll, beforeAll, expect, it } from "vitest";
import { killTrainerOf, runCli, startAgent, toyModel } from "./agent-process.ts";

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

/** Sixty short rows: enough to cut, a few steps to train. */
async function writeDataset(): Promise<string> {
  const file = join(dataDir, "rows.jsonl");
  const rows = Array.from({ length: 60 }, (_, i) =>
    JSON.stringify({ instruction: `Name the number after ${i}.`, input: "", output: `It is ${i + 1}.` }),
  );
  await writeFile(file, `${rows.join("\n")}\n`);
  return file;
}

async function createJob(reward: string, more: string[] = []): Promise<string> {
  const dataset = await writeDataset();
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

interface Shown {
  status: string;
  timeline: { event: string }[];
}

it("an agent killed in every state, and its trainer killed while it trains, delivers once and is paid exactly its share", async () => {
  const jobId = await createJob("0.5");
  const chain = createPublicClient({ transport: http(world.rpcUrl) });
  const wallet = testWallet(contributor).address;
  const before = await chain.getBalance({ address: wallet });

  const dying: readonly string[] = agentWorkStates;
  const survived = new Set<string>();
  let trainersKilled = 0;
  for (let ended: number | string = ""; ended !== 0; ) {
    const agent = await startAgent(world, contributor, ["--jobs", jobId], (line, self) => {
      if (line.trainer?.event === "step" && trainersKilled === 0) trainersKilled = killTrainerOf(self().pid);
      if (line.state && dying.includes(line.state) && !survived.has(line.state)) {
        survived.add(line.state);
        void self().kill();
      }
    });
    ended = await agent.exited;
    if (ended !== 0 && ended !== "SIGKILL")
      throw new Error(`the agent ended with ${ended}:\n${await agent.lastLines()}`);
  }

  expect(trainersKilled).toBe(1);
  expect([...survived].sort()).toEqual([...dying].sort());
  const { status, timeline } = await runCli<Shown>(world, roles.requester, ["job", "show", jobId]);
  expect(status).toBe("completed");
  const times = (event: string) => timeline.filter((entry) => entry.event === event).length;
  expect([times("JobAccepted"), times("AdapterSubmitted"), times("JobCompleted")]).toEqual([1, 1, 1]);
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
