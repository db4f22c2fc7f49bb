import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createApiClient } from "@trainchain/api-client";
import { localChain } from "@trainchain/chain";
import type { Address, Receipt } from "@trainchain/protocol";
import { roles, testWallet, waitFor } from "@trainchain/testing";
import { type LocalWorld, startLocalWorld } from "@trainchain/testing/local-world";
import { createPublicClient, http } from "viem";
import { afterAll, beforeAll, expect, it } from "vitest";
import { pythonEnvDir } from "../scripts/env.ts";
import { runCli, startAgent, toyModel } from "./agent-process.ts";
import { openLedger } from "./job-moves/ledger.ts";
import { trainchain } from "./job-moves/trainchain.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const [ann, bob, cem] = [0, 1, 2].map((nth) => roles.firstContributor + nth) as [number, number, number];
const rewardWei = 2_000_000_000_000_000_003n;

let world: LocalWorld;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "trainchain-rounds-"));
  const env = { indexer: { POLL_INTERVAL_MS: "100" }, worker: { DEADLINE_CHECK_MS: "300" } };
  world = await startLocalWorld({ dataDir, models: [toyModel], pythonEnvDir, env });
});

afterAll(async () => {
  await world?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const walletOf = (index: number) => testWallet(index).address.toLowerCase() as Address;

async function signedIn(index: number) {
  const api = createApiClient({ baseUrl: world.apiUrl });
  await api.signIn(testWallet(index));
  return api;
}

/** Agents do a job to its end, side by side. */
async function train(jobId: string, contributors: readonly number[]): Promise<void> {
  const flags = ["--jobs", jobId, "--device", "cpu", "--cores", "1"];
  const agents = await Promise.all(contributors.map((index) => startAgent(world, index, flags)));
  for (const agent of agents) expect(await agent.exited, await agent.lastLines()).toBe(0);
}

const agentFolder = (index: number) => join(dataDir, `agent-${index}`);
const jobFolder = (index: number, jobId: string) =>
  join(agentFolder(index), "jobs", `${localChain.id}-${world.escrow}-${jobId}`);

/** How many series of rounds an agent keeps its optimiser's moments of. */
const keptMoments = async (index: number) =>
  (await readdir(join(agentFolder(index), "optimizer-states")).catch(() => [])).length;

/** Downloads a round's result and verifies its receipt with the adapters, start and last mean it was merged from. */
async function downloadAndVerify(jobId: string, contributors: readonly number[], from?: string) {
  const out = join(dataDir, `result-${jobId}`);
  const adapters = join(dataDir, `adapters-${jobId}`);
  await trainchain(world.apiUrl, roles.requester, ["job", "download", jobId, "--out", out]);
  await mkdir(adapters);
  for (const index of contributors) {
    const adapter = join(jobFolder(index, jobId), "adapter_model.safetensors");
    await copyFile(adapter, join(adapters, `${index}.safetensors`));
  }
  for (const name of from ? ["start", "last-mean"] : [])
    await copyFile(join(from!, "next-round", `${name}.safetensors`), join(adapters, `${name}.safetensors`));
  const given = ["--adapters", adapters, "--api", world.apiUrl, "--rpc", world.rpcUrl];
  const verified = await trainchain(world.apiUrl, roles.requester, [
    "result",
    "verify",
    join(out, "receipt.json"),
    ...given,
  ]);
  const { findings } = verified.document as { findings?: { outcome: string; what: string }[] };
  const receipt = JSON.parse(await readFile(join(out, "receipt.json"), "utf8")) as Receipt;
  return { out, receipt, code: verified.code, findings: findings ?? [] };
}

const sha256 = async (file: string) =>
  createHash("sha256")
    .update(await readFile(file))
    .digest("hex");

it("two rounds are two jobs in a line: who vanishes is replaced, each round is paid to the wei, and the second trains on the first's merge", async () => {
  const dataset = join(dataDir, "rows.jsonl");
  const sample = await readFile(join(root, "packages/dataset/samples/sample-600.jsonl"), "utf8");
  await writeFile(dataset, sample.split("\n").slice(0, 140).join("\n"));
  const request = ["--dataset", dataset, "--model", toyModel, "--reward", "2.000000000000000003"];
  const training = [
    "--epochs",
    "2",
    "--learning-rate",
    "0.006",
    "--max-length",
    "256",
    "--holdout",
    "20",
    "--seed",
    "7",
  ];
  const rounds = [
    "--rounds",
    "2",
    "--auto-continue",
    "--yes",
    "--min-contributors",
    "2",
    "--proof",
    "replay",
  ];
  const opened = runCli<{ rounds: { jobId: string }[] }>(world, roles.requester, [
    ...["job", "create"],
    ...request,
    ...training,
    ...rounds,
  ]);
  const chain = createPublicClient({ chain: localChain, transport: http(world.rpcUrl) });
  const requester = await signedIn(roles.requester);
  const first = await waitFor(
    "the first round to be open",
    async () => (await requester.listJobs({})).items[0],
  );
  const wallets = { ann: walletOf(ann), bob: walletOf(bob), cem: walletOf(cem) };
  const gainsOf = await openLedger(chain, wallets);

  await train(first.jobId, [ann, bob]);
  const paidInFirst = await gainsOf();
  expect(await Promise.all([ann, bob].map(keptMoments))).toEqual([1, 1]);
  const [, second] = (await opened).rounds;
  await train(second!.jobId, [cem, ann]);
  const paidInBoth = await gainsOf();
  expect(await Promise.all([ann, bob, cem].map(keptMoments))).toEqual([0, 1, 0]);
  expect(await readFile(join(jobFolder(ann, second!.jobId), "trainer.log"), "utf8")).not.toContain(
    "begins anew",
  );

  const stakes = [(rewardWei + 1n) / 2n, rewardWei / 2n] as const;
  expect(paidInFirst).toEqual({ ann: stakes[0] / 2n, bob: stakes[0] / 2n, cem: 0n });
  expect(paidInBoth).toEqual({
    ann: stakes[0] / 2n + stakes[1] / 2n,
    bob: stakes[0] / 2n,
    cem: stakes[1] / 2n,
  });

  const one = await downloadAndVerify(first.jobId, [ann, bob]);
  const two = await downloadAndVerify(second!.jobId, [ann, cem], one.out);
  for (const { code, findings } of [one, two]) {
    expect(findings.filter(({ outcome }) => outcome === "differs")).toEqual([]);
    expect(code).toBe(0);
    const verified = findings.filter(({ outcome }) => outcome === "verified").map(({ what }) => what);
    expect(verified).toContain("mergedSha256 from the adapters");
    expect(verified).toContain("round");
  }
  const [before, after] = [one.receipt.result, two.receipt.result];
  expect([one.receipt.stakeWei, two.receipt.stakeWei].map(BigInt)).toEqual(stakes);
  expect(after.series).toMatchObject({ round: 2, rounds: 2, previousJobId: first.jobId, next: null });
  expect(after.series?.start).toEqual(before.series?.next?.start);
  expect(after.series?.lastMean).toEqual(before.series?.next?.lastMean);
  expect(after.series?.start?.sha256).toBe(await sha256(join(one.out, "next-round", "start.safetensors")));
  const shardOf = (result: Receipt["result"], index: number) =>
    result.contributors.find(({ contributor }) => contributor === walletOf(index))?.shard;
  expect([shardOf(after, ann), shardOf(after, cem)]).toEqual([shardOf(before, ann), shardOf(before, bob)]);

  const losses = {
    base: before.evaluation?.base.loss ?? 0,
    first: before.evaluation?.merged.loss ?? Number.NaN,
    second: after.evaluation?.merged.loss ?? Number.NaN,
  };
  console.info("held-out loss", losses);
  expect(losses.first).toBeLessThan(losses.base);
  expect(losses.second).toBeLessThan(losses.base);

  const again = await trainchain(world.apiUrl, roles.requester, ["job", "continue", first.jobId, "--yes"]);
  expect(again.document.error).toMatchObject({ code: "conflict" });
});
