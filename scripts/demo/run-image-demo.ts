import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type ImageReceipt, type TrainerEvent, trainerEventSchema } from "@trainchain/protocol";
import { roles, testWallet } from "@trainchain/testing";
import { shapesArchive } from "@trainchain/testing/generated-images";
import { type LocalWorld, startLocalWorld } from "@trainchain/testing/local-world";
import { pythonEnvDir } from "../env.ts";
import { checkImageClaims } from "./check-image-claims.ts";
import { unpackResult } from "./download-result.ts";
import { evaluateModelAgain } from "./evaluate-model-again.ts";
import type { ImageDemoReport } from "./image-report.ts";
import type { DemoOptions } from "./options.ts";
import type { Progress } from "./progress.ts";
import { createChainReader } from "./read-chain.ts";
import { requestImageJob } from "./request-image-job.ts";
import { contributorWallets, startContributors } from "./run-contributors.ts";
import { findHoldoutCid, listBalances, rewardWei, untilAborted, untilClosed } from "./run-demo.ts";

/** Starts a whole TrainChain in a temporary folder, has one image classifier trained in it, and ends it. */
export async function runImageDemo(
  options: DemoOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<ImageDemoReport> {
  const dataDir = await mkdtemp(join(tmpdir(), "trainchain-demo-"));
  const world = await progress.step("start PostgreSQL, chain, storage, API, indexer and worker", () =>
    startLocalWorld({ dataDir, pythonEnvDir }),
  );
  const stops = [() => world.stop()];
  try {
    return await Promise.race([runJob(world, options, progress, stops), untilAborted(signal)]);
  } finally {
    for (const stop of stops.reverse()) await stop();
    if (options.out) {
      await cp(world.logDir, join(options.out, "logs"), { recursive: true });
      progress.note(`kept in ${options.out}: receipt.json, the model, logs`);
    }
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function runJob(
  world: LocalWorld,
  { out, image }: DemoOptions,
  progress: Progress,
  stops: (() => Promise<void>)[],
): Promise<ImageDemoReport> {
  const chain = createChainReader(world.rpcUrl, world.escrow);
  const requester = testWallet(roles.requester);
  const contributors = contributorWallets(1);
  const people = [
    { who: "requester", wallet: requester.address },
    ...contributors.map(({ address }) => ({ who: "contributor", wallet: address })),
  ];
  const before = await Promise.all(people.map(({ wallet }) => chain.balanceOf(wallet)));
  const dataset = image.dataset || (await drawImages(world.dataDir));
  const { api, jobId, draft, spec } = await requestImageJob(
    requester,
    { ...world, chain },
    { ...image, dataset, rewardWei },
    progress,
  );
  const agents = await startContributors(1, { ...world, jobId, envDir: pythonEnvDir }, progress);
  stops.push(agents.stop);
  await progress.step("preflight, accept, train, export, hand in, verify, complete", () =>
    Promise.all([agents.finished, untilClosed(api, jobId, progress)]),
  );

  const modelDir = out ?? join(world.dataDir, "result");
  const receipt: ImageReceipt = await progress.step("download the result", async () => {
    await unpackResult(api, jobId, modelDir);
    const found = await api.getImageReceipt(jobId);
    await writeFile(join(modelDir, "receipt.json"), `${JSON.stringify(found, null, 2)}\n`);
    return found;
  });
  const counted = await progress.step("open the downloaded model and count again", async () =>
    evaluateModelAgain({
      envDir: pythonEnvDir,
      modelDir,
      classes: spec.classes,
      imgsz: spec.training.imgsz,
      holdoutCid: await findHoldoutCid(world.databaseUrl, draft.id),
      draftId: draft.id,
      storageDir: join(world.dataDir, "storage"),
      sealingSecret: world.sealingSecret,
      workDir: world.dataDir,
    }),
  );
  const transactions = await chain.listTransactions(0n);
  const balances = await listBalances(people, before, chain, transactions);
  const claims = await progress.step("check every claim", () =>
    checkImageClaims({
      apiUrl: world.apiUrl,
      escrow: world.escrow,
      chain,
      jobId,
      stakeWei: rewardWei,
      contributors,
      stranger: testWallet(roles.stranger),
      receipt,
      modelDir,
      counted,
      earnedWei: balances.slice(1).map((row) => row.afterWei - row.beforeWei + row.gasPaidWei),
    }),
  );
  const seen = await readTrainerEvents(world.dataDir);
  const loaded = seen.find((event) => event.event === "model-loaded");
  const done = seen.find((event) => event.event === "done");
  return {
    jobId,
    receipt,
    pretrained: loaded?.pretrained ?? false,
    trainingSeconds: done?.seconds ?? Number.NaN,
    balances,
    transactions,
    steps: progress.times,
    claims,
    holds: claims.every((claim) => claim.holds),
  };
}

/** What the contributor's trainer said, from the log in its agent's folder. */
async function readTrainerEvents(dataDir: string): Promise<TrainerEvent[]> {
  const agentDir = join(dataDir, "contributor-1");
  const files = await readdir(agentDir, { recursive: true });
  const log = files.find((file) => basename(file) === "trainer.log");
  const lines = log ? (await readFile(join(agentDir, log), "utf8")).split("\n") : [];
  return lines
    .filter((line) => line.startsWith('{"event"'))
    .map((line) => trainerEventSchema.parse(JSON.parse(line)));
}

/** The project's own pictures, where no archive is named. */
async function drawImages(dir: string): Promise<string> {
  const file = join(dir, "shapes.zip");
  await writeFile(file, await shapesArchive(150));
  return file;
}
