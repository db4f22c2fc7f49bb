import { randomUUID } from "node:crypto";
import {
  adapterVerifications,
  aggregations,
  chainEvents,
  contributorStats,
  contributorSubmissions,
  drafts,
  jobs,
  llmFinetuneJobs,
  preparations,
  replays,
  slots,
  trials,
  uploads,
} from "@trainchain/db";
import { adapterContext, type LlmJobSpec, type ResultDocument } from "@trainchain/protocol";
import { computeCid, seal } from "@trainchain/storage";
import type { TestApi } from "./start-test-api.ts";

export const requester = 2;
export const stranger = 3;
export const firstContributor = 4;
export const secondContributor = 5;

/** Where rows are put, and for which wallets and escrow. */
export type Filled = Pick<TestApi, "db" | "wallet" | "escrow">;

let lastJobId = 0n;
let lastBlock = 0n;

/** A CID of its own for whatever the text stands for. */
export const cidOf = (text: string) => computeCid(new TextEncoder().encode(text));

export function specOf(draftId: string, changes: Partial<LlmJobSpec> = {}): LlmJobSpec {
  return {
    version: 1,
    kind: "llm-finetune",
    draftId,
    description: "Teach it manners",
    model: { id: "toy", revision: "local" },
    lora: { rank: 8, alpha: 16, targetModules: "all-linear", seed: 7 },
    training: { epochs: 2, learningRate: 2e-4, maxLength: 512 },
    dataset: {
      format: "jsonl",
      rows: 100,
      holdoutRows: 10,
      shardRows: [45, 45],
      shardsSha256: "a".repeat(64),
    },
    aggregation: { method: "svd", rank: "auto" },
    ...changes,
  };
}

export function requestOf(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    uploadId: "0123456789abcdef",
    model: "toy",
    contributors: 2,
    rewardWei: "1000",
    ...changes,
  };
}

/** A draft in the API's own table; `preparation` is what the worker would have written. */
export async function insertDraft(
  { db, wallet }: Filled,
  {
    preparation,
    createdAt = new Date(),
    uploadId,
    owner = requester,
  }: {
    preparation?: "preparing" | "ready" | "failed";
    createdAt?: Date;
    uploadId?: string;
    owner?: number;
  } = {},
) {
  const id = randomUUID();
  const specCid = await cidOf(`spec ${id}`);
  await db.insert(drafts).values({
    id,
    kind: "llm-finetune",
    requester: wallet(owner),
    uploadId: uploadId ?? id.replaceAll("-", ""),
    request: requestOf(),
    createdAt,
  });
  if (preparation) {
    const error = preparation === "failed" ? { code: "dataset-invalid", message: "line 3 is no JSON" } : null;
    await db.insert(preparations).values({ draftId: id, status: preparation, report: { rows: 100 }, error });
  }
  if (preparation === "ready") {
    await db.insert(llmFinetuneJobs).values({
      draftId: id,
      specCid,
      preparedAt: createdAt,
      spec: specOf(id),
      modelName: "toy",
      modelRevision: "local",
      loraRank: 8,
      loraAlpha: 16,
      targetModules: "all-linear",
      contributors: 2,
      datasetFormat: "jsonl",
      rows: 100,
      holdoutRows: 10,
      holdoutCid: await cidOf(`holdout ${id}`),
      shardAssignments: await Promise.all(
        [0, 1].map(async (slot) => ({
          slot,
          cid: await cidOf(`shard ${slot} ${id}`),
          rows: 45,
          sizeBytes: 9_000,
          sha256: String(slot).repeat(64),
        })),
      ),
    });
  }
  return { id, specCid };
}

type JobChanges = Partial<typeof jobs.$inferInsert>;

/** A job as the indexer writes it. */
export async function insertJob({ db, wallet, escrow }: Filled, changes: JobChanges = {}): Promise<bigint> {
  lastJobId += 1n;
  const jobId = changes.jobId ?? lastJobId;
  await db.insert(jobs).values({
    escrow,
    kind: "llm-finetune",
    requester: wallet(requester),
    specCid: null,
    minContributors: 2,
    maxContributors: 2,
    acceptBy: new Date(Date.now() + 3_600_000),
    trainingPeriodSeconds: 3_600,
    reviewPeriodSeconds: 3_600,
    bondWei: 0n,
    stakeWei: 1_000n,
    feeBps: 0,
    aggregator: wallet(1),
    status: "open",
    slotsTaken: 0,
    slotsSubmitted: 0,
    createdAt: new Date(),
    ...changes,
    jobId,
  });
  return jobId;
}

/** A slot as the indexer writes it. */
export async function insertSlot(
  { db, wallet, escrow }: Filled,
  jobId: bigint,
  contributor: number,
  changes: Partial<typeof slots.$inferInsert> = {},
): Promise<void> {
  await db.insert(slots).values({
    escrow,
    jobId,
    contributor: wallet(contributor),
    slot: contributor - firstContributor,
    delegate: "0x0000000000000000000000000000000000000000",
    status: "accepted",
    deadline: new Date(Date.now() + 3_600_000),
    acceptedAt: new Date(),
    ...changes,
  });
}

/** A paid job whose data is prepared, accepted by both contributors. */
export async function insertRunningJob(api: Filled, changes: JobChanges = {}) {
  const draft = await insertDraft(api, { preparation: "ready" });
  const jobId = await insertJob(api, { specCid: draft.specCid, slotsTaken: 2, ...changes });
  await insertSlot(api, jobId, firstContributor);
  await insertSlot(api, jobId, secondContributor);
  return { jobId, draftId: draft.id, specCid: draft.specCid };
}

export async function insertEvent(
  { db, escrow }: Pick<Filled, "db"> & { escrow: string },
  jobId: bigint | null,
  name: string,
  args: Record<string, unknown> = {},
): Promise<void> {
  lastBlock += 1n;
  await db.insert(chainEvents).values({
    blockNumber: lastBlock,
    logIndex: 0,
    escrow,
    transactionHash: `0x${lastBlock.toString(16).padStart(64, "0")}`,
    name,
    jobId,
    args: jobId === null ? args : { jobId: jobId.toString(), ...args },
    minedAt: new Date(),
  });
}

/** A draw of the worker's: segment 1 of 4 of the first contributor's delivery. */
export async function insertReplay(
  { db, wallet, escrow }: Filled,
  jobId: bigint,
  changes: Partial<typeof replays.$inferInsert> = {},
): Promise<void> {
  await db.insert(replays).values({
    ...{
      escrow,
      jobId,
      contributor: wallet(firstContributor),
      adapterCid: await cidOf(`adapter of ${jobId}`),
    },
    ...{ blockNumber: 1n, blockHash: `0x${"b".repeat(64)}`, root: "c".repeat(64) },
    ...{ arithmetic: "cpu/float32/none", steps: 8, segments: 4, boundaryBytes: 1_000 },
    ...{ drawn: [1], asked: [0, 1, 2, 4], openBy: new Date(Date.now() + 3_600_000), checks: [] },
    ...{ adapterSha256: "d".repeat(64), sizeBytes: 1_000, ...changes },
  });
}

/** What the worker's evaluator measured. */
export const evaluation: ResultDocument["evaluation"] = {
  holdoutRows: 10,
  base: { loss: 5, bitsPerByte: 2 },
  merged: { loss: 4, bitsPerByte: 1.6 },
  fedavg: null,
};

/** A prompt of the requester's that no worker has seen yet; returns its id. */
export async function insertTrial(
  { db, wallet, escrow }: Filled,
  jobId: bigint,
  { askedAt = new Date() } = {},
): Promise<string> {
  const id = randomUUID();
  await db
    .insert(trials)
    .values({ id, escrow, jobId, requester: wallet(requester), prompt: "Name three colours.", askedAt });
  return id;
}

/** What the worker's result says of the first contributor, whose adapter is stored sealed to its slot. */
export async function storeAdapter(api: Pick<TestApi, "wallet" | "deps" | "escrow">, jobId: bigint) {
  const contributor = api.wallet(firstContributor);
  const context = adapterContext({ chainId: 80_002, contract: api.escrow, jobId, slot: 0, contributor });
  const bytes = new TextEncoder().encode(`adapter of ${jobId}`);
  const sealed = await seal(bytes, await api.deps.keyRing.recipientFor(context));
  const { cid: adapterCid, sizeBytes } = await api.deps.storage.put(sealed);
  const about = { slot: 0, rows: 90, weight: 1, adapterSha256: "a".repeat(64), checks: [], evaluation: null };
  return { ...about, contributor, adapterCid, sizeBytes };
}

/** The merged result as the worker writes it. */
export async function insertAggregation(
  { db, escrow }: Filled,
  {
    jobId,
    specCid,
    evaluation = null,
    contributors = [],
  }: {
    jobId: bigint;
    specCid: string;
    evaluation?: ResultDocument["evaluation"];
    contributors?: ResultDocument["contributors"];
  },
  bundleCid?: string,
): Promise<ResultDocument> {
  const result: ResultDocument = {
    version: 1,
    jobId: jobId.toString(),
    chainId: 80_002,
    escrow,
    specCid,
    bundleCid: bundleCid ?? (await cidOf(`bundle ${jobId}`)),
    mergedSha256: "b".repeat(64),
    model: { id: "toy", revision: "local" },
    seed: 7,
    method: "svd",
    rank: 8,
    relativeError: 0.001,
    contributors,
    evaluation,
    communicationBytes: 4_096,
  };
  const resultCid = await cidOf(`result ${jobId}`);
  await db.insert(aggregations).values({ escrow, jobId, resultCid, bundleCid: result.bundleCid, result });
  return result;
}

export async function insertVerification({ db, wallet, escrow }: Filled, jobId: bigint, contributor: number) {
  await db.insert(adapterVerifications).values({
    escrow,
    jobId,
    contributor: wallet(contributor),
    adapterCid: await cidOf(`adapter ${jobId} ${contributor}`),
    verdict: "accepted",
    checks: [{ check: "norm", verdict: "passed", figure: 1.1, threshold: 3, message: "within bounds" }],
    heldOutLoss: 2.5,
  });
}

export async function insertSubmission(
  { db, wallet, escrow }: Filled,
  jobId: bigint,
  contributor: number,
  adapterCid?: string,
) {
  await db.insert(contributorSubmissions).values({
    escrow,
    jobId,
    contributor: wallet(contributor),
    adapterCid: adapterCid ?? (await cidOf(`adapter ${jobId} ${contributor}`)),
    submittedAt: new Date(),
    status: "submitted",
    transactionHash: `0x${"1".repeat(64)}`,
  });
}

export async function insertStats(
  { db }: Filled,
  contributor: string,
  changes: Partial<typeof contributorStats.$inferInsert> = {},
): Promise<void> {
  await db.insert(contributorStats).values({
    contributor,
    jobsAccepted: 4,
    jobsEnded: 4,
    jobsCompleted: 3,
    jobsActive: 0,
    earnedWei: 1_500n,
    memberSince: new Date("2026-01-02T03:04:05Z"),
    ...changes,
  });
}

export async function insertBalance(
  { escrow: own, ...filled }: Filled,
  index: number,
  amountWei: bigint,
  escrow: string = own,
): Promise<void> {
  const args = { wallet: filled.wallet(index), amountWei: amountWei.toString() };
  await insertEvent({ ...filled, escrow }, null, "PaymentDeferred", args);
}

/** Content that the platform has stored, as an adapter that was uploaded. */
export async function storeContent(
  { db, wallet, deps }: Pick<TestApi, "db" | "wallet" | "deps">,
  bytes: Uint8Array,
): Promise<string> {
  const { cid, sizeBytes } = await deps.storage.put(bytes);
  const upload = {
    owner: wallet(firstContributor),
    purpose: "adapter" as const,
    fileName: "adapter.age",
    sizeBytes,
    cid,
  };
  await db.insert(uploads).values({ id: randomUUID(), ...upload, finishedAt: new Date() });
  return cid;
}
