import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { findAggregationOf, listVerdicts, recordFailedRun } from "@trainchain/db/work";
import { type AdaptedModule, modulesOfLlamaLike } from "@trainchain/lora";
import { type ImageJobSpec, resultDocumentSchema } from "@trainchain/protocol";
import { sha256OfFile } from "@trainchain/storage";
import { freePort, roles, waitFor } from "@trainchain/testing";
import { shapesArchive } from "@trainchain/testing/generated-images";
import { rebalanced, toyAdapter, withNote } from "@trainchain/testing/toy-adapters";
import { pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBundle } from "./kinds/llm-finetune/open-bundle.ts";
import { rows, startWorld, type World } from "./test-world/start-world.ts";
import { notes, writeStubPython } from "./test-world/stub-python.ts";

/* Files that end or confuse the program that measures them: each was once paid without a verdict. */

const [cheat, honest] = [roles.firstContributor, roles.firstContributor + 1] as const;
const root = fileURLToPath(new URL("../../..", import.meta.url));
const modelDir = join(root, "trainer", "toy-model");

let world: World;
let python: Awaited<ReturnType<typeof writeStubPython>>;
let modules: readonly AdaptedModule[];
let dir: string;
let monitorPort: number;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "verdicts-"));
  modules = modulesOfLlamaLike(JSON.parse(await readFile(join(modelDir, "config.json"), "utf8")));
  [world, python] = await Promise.all([startWorld({ modelDir }), writeStubPython(dir)]);
  monitorPort = await freePort();
  await world.startWorker({ TRAINCHAIN_ENV_DIR: python.dir, MONITOR_PORT: `${monitorPort}` });
});
afterAll(async () => {
  await world?.stop();
  await rm(dir, { recursive: true, force: true });
});

const work = (noiseSeed: number) => toyAdapter({ jobSeed: 7, rank: 4, noiseSeed, modules });

async function jobFor(...contributors: number[]): Promise<bigint> {
  const draftId = await world.requestJob(rows(60));
  expect(await world.preparation(draftId)).toMatchObject({ status: "ready" });
  const jobId = await world.listJob(draftId, { maxContributors: contributors.length });
  for (const index of contributors) await world.accept(jobId, index);
  return jobId;
}

async function imageJobFor(contributor: number): Promise<bigint> {
  const requested = await world.requestImageJob(await shapesArchive(20));
  expect(await world.preparation(requested)).toMatchObject({ status: "ready" });
  // A draft that was changed has the archives of the one before.
  const draftId = await world.changeDraft(requested, { title: "Shapes" });
  expect(await world.preparation(draftId)).toMatchObject({ status: "ready" });
  const [before, after] = [await world.prepared(requested), await world.prepared(draftId)];
  expect(after.spec).toMatchObject({ title: "Shapes", classes: (before.spec as ImageJobSpec).classes });
  expect(after.shardAssignments[0]?.sha256).toBe(before.shardAssignments[0]?.sha256);
  const jobId = await world.listJob(draftId, { kind: 1, maxContributors: 1 });
  await world.accept(jobId, contributor);
  return jobId;
}

async function imageModel(text: string): Promise<Uint8Array> {
  const tar = pack();
  tar.entry({ name: "model.onnx" }, text);
  tar.finalize();
  return new Uint8Array(await buffer(tar));
}

async function refusal(jobId: bigint, index: number) {
  await waitFor("the rejection", async () => (await world.slotStatus(jobId, index)) === "rejected");
  const verdicts = await listVerdicts(world.connection.db, { escrow: world.chain.escrow, jobId });
  const own = verdicts.find(({ contributor }) => contributor === world.chain.wallet(index));
  return own?.checks.find(({ verdict }) => verdict === "failed");
}

async function expectNoPayment(jobId: bigint): Promise<void> {
  await world.chain.travel(2 * 86_400);
  await world.untilJob(jobId, "expired");
}

/** Lets the time pass that lies between two runs of a file of which one has died. */
async function rest(jobId: bigint): Promise<void> {
  await waitFor("a run to count", async () => (await failedRunsOf(jobId)).length === 1);
  await world.connection.sql`
    update failed_runs set failed_at = failed_at - interval '10 minutes' where job_id = ${jobId.toString()}`;
}

const failedRunsOf = (jobId: bigint) =>
  world.connection.sql`select script from failed_runs where job_id = ${jobId.toString()}`;

describe("an adapter", () => {
  it("whose loss is no number is refused, alone", async () => {
    const jobId = await jobFor(cheat);
    await world.deliver(jobId, cheat, 0, withNote(work(1), notes.noNumber));
    expect(await refusal(jobId, cheat)).toMatchObject({ check: "held-out-loss" });
    await expectNoPayment(jobId);
  });

  it("that ends whatever measures it is refused after two such ends, and keeps nobody else from being paid", async () => {
    const jobId = await jobFor(cheat, honest);
    await world.deliver(jobId, cheat, 0, withNote(work(1), notes.dies));
    await world.deliver(jobId, honest, 1, work(2));
    await rest(jobId);
    expect(await refusal(jobId, cheat)).toMatchObject({
      check: "held-out-loss",
      message: expect.stringContaining("ended the program"),
    });
    const died = { script: "evaluate.py" };
    expect(await failedRunsOf(jobId)).toEqual([died, died]);
    await world.chain.travel(3_601);
    await world.untilJob(jobId, "completed");
    expect(await world.slotStatus(jobId, honest)).toBe("submitted");
  });

  it("is not blamed for the death of a process that held others as well, and a run that goes well clears it", async () => {
    await python.setSmall(true);
    const jobId = await jobFor(honest, cheat);
    const adapterCid = await world.deliver(jobId, honest, 0, work(1));
    const contributor = world.chain.wallet(honest);
    const run = { escrow: world.chain.escrow, jobId, contributor, adapterCid, script: "evaluate.py" };
    const failedAt = new Date(Date.now() - 3_600_000);
    await recordFailedRun(world.connection.db, { ...run, message: "once", failedAt });
    await world.deliver(jobId, cheat, 1, work(2));
    await world.untilJob(jobId, "completed");
    expect(await failedRunsOf(jobId)).toEqual([]);
    await python.setSmall(false);
  });
});

describe("what the requester gets", () => {
  /** Delivers in turn, waits for the end, and returns what the result says with the sha256 of the bundle's adapter. */
  async function resultOf(deliveries: { index: number; bytes: Uint8Array }[]) {
    const jobId = await jobFor(...deliveries.map(({ index }) => index));
    for (const [turn, { index, bytes }] of deliveries.entries())
      await world.deliver(jobId, index, turn, bytes);
    await world.untilJob(jobId, "completed");
    const stored = await findAggregationOf(world.connection.db, { escrow: world.chain.escrow, jobId });
    const { delivered, mergedSha256 } = resultDocumentSchema.parse(stored?.result);
    const opened = await mkdtemp(join(dir, "bundle-"));
    const sealed = { chainId: 80_002, contract: world.chain.escrow, jobId };
    await openBundle(world, stored?.bundleCid ?? "", sealed, opened);
    const sha256 = await sha256OfFile(join(opened, "adapter_model.safetensors"));
    return { delivered, mergedSha256, sha256 };
  }

  it("is the merge where nothing is better", async () => {
    const got = await resultOf([
      { index: honest, bytes: work(1) },
      { index: cheat, bytes: work(2) },
    ]);
    expect(got.delivered).toBeUndefined();
    expect(got.sha256).toBe(got.mergedSha256);
  });

  it("is a single delivery where that is better than the merge on both halves of the holdout", async () => {
    const better = withNote(work(2), notes.better);
    const got = await resultOf([
      { index: honest, bytes: work(1) },
      { index: cheat, bytes: better },
    ]);
    expect(got.delivered).toMatchObject({
      what: "contributor",
      contributor: world.chain.wallet(cheat),
      judgedOn: { rows: 10, loss: 0.5, merged: 1 },
    });
    expect(got.sha256).toBe(createHash("sha256").update(better).digest("hex"));
    expect(got.delivered?.sha256).toBe(got.sha256);
  });

  it("is what the job started from where the merge is worse than that", async () => {
    await python.setSpoilt(true);
    const got = await resultOf([{ index: honest, bytes: work(1) }]);
    await python.setSpoilt(false);
    expect(got.delivered).toMatchObject({ what: "start", judgedOn: { loss: 2, merged: 3 } });
    expect(got.delivered?.sha256).toBe(got.sha256);
    expect(got.sha256).not.toBe(got.mergedSha256);
  });
});

describe("an image model", () => {
  it("that ends whatever opens it is refused after two such ends; another is paid", async () => {
    const jobId = await imageJobFor(cheat);
    await world.deliver(jobId, cheat, 0, await imageModel(notes.dies));
    await rest(jobId);
    expect(await refusal(jobId, cheat)).toMatchObject({ check: "better-than-chance" });
    const died = { script: "evaluate_image.py" };
    expect(await failedRunsOf(jobId)).toEqual([died, died]);
    await expectNoPayment(jobId);

    const other = await imageJobFor(honest);
    await world.deliver(other, honest, 0, await imageModel("a model"));
    await world.untilJob(other, "completed");
  });
});

it("an evaluator that is down convicts nobody: half of the review period raises the alert, and the last look waits for it", async () => {
  const jobId = await jobFor(honest);
  await python.setDown(true);
  await world.deliver(jobId, honest, 0, work(1));
  await waitFor("its own checks", async () => {
    const verdicts = await listVerdicts(world.connection.db, { escrow: world.chain.escrow, jobId });
    return verdicts.length === 1;
  });
  await world.chain.travel(43_201);
  await waitFor("the alert", async () => {
    const log = await readFile(join(world.dir, "worker.log"), "utf8");
    return log.includes(`"jobId":"${jobId}","msg":"no result by half of the review period`);
  });
  const metrics = await (await fetch(`http://127.0.0.1:${monitorPort}/metrics`)).text();
  expect(metrics).toMatch(/trainchain_overdue\{awaited="result"\} 1/);
  expect(await failedRunsOf(jobId)).toEqual([]);
  expect(await world.slotStatus(jobId, honest)).toBe("submitted");
  await python.setDown(false);
  await world.untilJob(jobId, "completed");
});

it("factors scaled against each other, which are the same update and have no loss, are refused before they are measured", async () => {
  const jobId = await jobFor(cheat);
  await world.deliver(jobId, cheat, 0, rebalanced(work(1), 1e39));
  expect(await refusal(jobId, cheat)).toMatchObject({ check: "optimizer-reach" });
  await expectNoPayment(jobId);
});
