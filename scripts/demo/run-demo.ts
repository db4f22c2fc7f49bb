import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ApiClient, createApiClient } from "@trainchain/api-client";
import { connect, llmFinetuneJobs } from "@trainchain/db";
import { isModelPath } from "@trainchain/protocol";
import { roles, testWallet } from "@trainchain/testing";
import { type LocalWorld, startLocalWorld } from "@trainchain/testing/local-world";
import { eq } from "drizzle-orm";
import { parseEther } from "viem";
import { pythonEnvDir } from "../env.ts";
import type { DemoKind } from "./demo-kind.ts";
import type { DemoOptions } from "./options.ts";
import type { Progress } from "./progress.ts";
import { type ChainReader, createChainReader } from "./read-chain.ts";
import type { BalanceRow, DemoReport } from "./report.ts";
import { prepareDraft, stakeDraft } from "./request-job.ts";
import { contributorWallets, startContributors } from "./run-contributors.ts";

/** Divides by 2, 4 and 5 contributors without a remainder, and leaves one with 3. */
const rewardWei = parseEther("1.2");

/** Starts a whole TrainChain in a temporary folder, runs one job in it, and ends it whatever happens. */
export async function runDemo<Own>(
  kind: DemoKind<Own>,
  options: DemoOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<DemoReport & Own> {
  const dataDir = await mkdtemp(join(tmpdir(), "trainchain-demo-"));
  const models = [kind.model(options) ?? ""].filter(isModelPath);
  const world = await progress.step("start PostgreSQL, chain, storage, API, indexer and worker", () =>
    startLocalWorld({ dataDir, models, pythonEnvDir }),
  );
  const stops = [() => world.stop()];
  try {
    return await Promise.race([runJob(kind, world, options, progress, stops), untilAborted(signal)]);
  } finally {
    for (const stop of stops.reverse()) await stop();
    if (options.out) {
      await cp(world.logDir, join(options.out, "logs"), { recursive: true });
      progress.note(`kept in ${options.out}: receipt.json, the result, logs`);
    }
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function runJob<Own>(
  kind: DemoKind<Own>,
  world: LocalWorld,
  options: DemoOptions,
  progress: Progress,
  stops: (() => Promise<void>)[],
): Promise<DemoReport & Own> {
  const chain = createChainReader(world.rpcUrl, world.escrow);
  const requester = testWallet(roles.requester);
  const contributors = contributorWallets(kind.contributors(options));
  const people = [
    { who: "requester", wallet: requester.address },
    ...contributors.map(({ address }, index) => ({ who: `contributor ${index + 1}`, wallet: address })),
  ];
  const before = await Promise.all(people.map(({ wallet }) => chain.balanceOf(wallet)));

  const api = createApiClient({ baseUrl: world.apiUrl });
  const asked = { requester, api, progress };
  const draft = await prepareDraft(asked, {
    dataset: await kind.dataset(options, world.dataDir),
    preparing: kind.words.preparing,
    create: (uploadId) => kind.create(api, options, { uploadId, rewardWei: rewardWei.toString() }),
  });
  progress.note(`  ${kind.describe(draft)}`);
  const jobId = await stakeDraft(asked, { ...world, chain }, draft);
  const agents = await startContributors(
    contributors.length,
    { ...world, jobId, envDir: pythonEnvDir, model: kind.model(options) },
    progress,
  );
  stops.push(agents.stop);
  await progress.step(kind.words.working, () =>
    Promise.all([agents.finished, untilClosed(api, jobId, progress)]),
  );

  const resultDir = options.out ?? join(world.dataDir, "result");
  const holdoutCid = await findHoldoutCid(world.databaseUrl, draft.id);
  const job = { world, options, progress, api, jobId, draft, resultDir, holdoutCid };
  const { own, checkClaims } = await kind.examine(job);
  const transactions = await chain.listTransactions(0n);
  const balances = await listBalances(people, before, chain, transactions);
  const claims = await progress.step("check every claim", () =>
    checkClaims({
      ...{ apiUrl: world.apiUrl, escrow: world.escrow, chain, jobId, contributors },
      stakeWei: rewardWei,
      stranger: testWallet(roles.stranger),
      earnedWei: balances.slice(1).map((row) => row.afterWei - row.beforeWei + row.gasPaidWei),
    }),
  );
  const holds = claims.every((claim) => claim.holds);
  return { jobId, ...own, balances, transactions, steps: progress.times, claims, holds };
}

/** Fails when the signal says so; the finally blocks above then end every process. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
    if (signal.aborted) reject(signal.reason);
  });
}

/** Follows the job's event stream, telling what comes next, until the job is closed. */
async function untilClosed(api: ApiClient, jobId: bigint, progress: Progress): Promise<void> {
  let told = "";
  for await (const change of api.watchJob(jobId)) {
    if (change.type !== "job") continue;
    const { status, nextStep } = change.job;
    if (nextStep.text !== told) progress.note(`  job ${jobId} is ${status} │ ${nextStep.text}`);
    told = nextStep.text;
    if (status !== "open") return;
  }
}

async function listBalances(
  people: { who: string; wallet: `0x${string}` }[],
  before: bigint[],
  chain: ChainReader,
  transactions: { from: string; feeWei: bigint }[],
): Promise<BalanceRow[]> {
  return Promise.all(
    people.map(async (person, index) => ({
      ...person,
      beforeWei: before[index] ?? 0n,
      afterWei: await chain.balanceOf(person.wallet),
      gasPaidWei: transactions
        .filter(({ from }) => from.toLowerCase() === person.wallet.toLowerCase())
        .reduce((sum, { feeWei }) => sum + feeWei, 0n),
    })),
  );
}

/** Where the platform keeps the sealed holdout: only its own database tells. */
async function findHoldoutCid(databaseUrl: string, draftId: string): Promise<string> {
  const { db, close } = connect(databaseUrl, { poolSize: 1 });
  try {
    const [row] = await db.select().from(llmFinetuneJobs).where(eq(llmFinetuneJobs.draftId, draftId));
    if (!row) throw new Error(`no prepared job of draft ${draftId}`);
    return row.holdoutCid;
  } finally {
    await close();
  }
}
