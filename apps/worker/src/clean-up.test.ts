import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { blocks, drafts, jobs, llmFinetuneJobs, preparations } from "@trainchain/db";
import { createLocalStorage, type Storage } from "@trainchain/storage";
import { createLogger } from "@trainchain/telemetry";
import { useDatabase } from "@trainchain/testing/use-database";
import { eq, inArray } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { cleanUp } from "./clean-up.ts";
import { rememberPuts, removeUnused } from "./stored-in-vain.ts";

const connection = useDatabase();
let dir: string;
let storage: Storage;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "trainchain-clean-"));
  storage = createLocalStorage({ dir });
});
afterAll(async () => {
  await rm(dir, { recursive: true });
});

const store = async () => (await storage.put(new TextEncoder().encode(randomUUID()))).cid;
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);
const log = createLogger({ name: "worker", level: "silent" });

/** A prepared draft whose content is stored; with `shares`, holdout and shards of another. */
async function insertPrepared(
  deletedAt: Date | null,
  shares?: { holdoutCid: string; shardCid: string },
): Promise<{ specCid: string; holdoutCid: string; shardCid: string }> {
  const { db } = connection;
  const draftId = randomUUID();
  const specCid = await store();
  const { holdoutCid, shardCid } = shares ?? { holdoutCid: await store(), shardCid: await store() };
  const common = { requester: "0x1", uploadId: draftId, request: {} };
  await db.insert(drafts).values({ id: draftId, kind: "llm-finetune", ...common, deletedAt });
  await db.insert(llmFinetuneJobs).values({
    ...{ draftId, specCid, holdoutCid, spec: {} as never, modelName: "toy", modelRevision: "local" },
    ...{ contributors: 1, datasetFormat: "jsonl", rows: 10, holdoutRows: 1 },
    shardAssignments: [{ slot: 0, cid: shardCid, rows: 9, sizeBytes: 36, sha256: "0".repeat(64) }],
  });
  return { specCid, holdoutCid, shardCid };
}

async function insertJob(specCid: string, jobId: bigint, over: Partial<typeof jobs.$inferInsert> = {}) {
  await connection.db.insert(jobs).values({
    ...{ escrow: "0x2", jobId, kind: "llm-finetune", requester: "0x1", specCid, status: "open" },
    ...{ minContributors: 1, maxContributors: 1, trainingPeriodSeconds: 60, reviewPeriodSeconds: 60 },
    ...{ bondWei: 0n, stakeWei: 1n, feeBps: 0, aggregator: "0x3", slotsTaken: 0, slotsSubmitted: 0 },
    createdAt: new Date(),
    ...over,
  });
}

it("a deleted draft's content is removed after a day that the chain has seen; a job's, a shared one and a living draft's stay", async () => {
  const { db } = connection;
  const ended = await insertPrepared(hoursAgo(30));
  const recent = await insertPrepared(hoursAgo(2));
  const living = await insertPrepared(null);
  const job = await insertPrepared(hoursAgo(30));
  await insertJob(job.specCid, 1n);
  const laterRound = await insertPrepared(hoursAgo(30), job);
  const has = async (cids: object) => Promise.all(Object.values(cids).map((cid) => storage.has(cid)));
  const all = async () => Promise.all([ended, recent, living, job, laterRound].map(has));
  const whole = [true, true, true];

  await cleanUp({ db, storage, log });
  expect(await all()).toEqual([whole, whole, whole, whole, whole]);
  await db.insert(blocks).values({ number: 1n, hash: "0x1", parentHash: "0x0", minedAt: hoursAgo(20) });
  await cleanUp({ db, storage, log });
  expect(await all()).toEqual([whole, whole, whole, whole, whole]);

  await db.update(blocks).set({ minedAt: new Date() });
  await cleanUp({ db, storage, log });
  expect(await all()).toEqual([[false, false, false], whole, whole, whole, [false, true, true]]);
  expect(await db.$count(llmFinetuneJobs)).toBe(3);
});

it("neither a job that was cancelled nor a stranger's keeps a deleted draft's content; of the first the terms stay", async () => {
  const { db } = connection;
  const [cancelled, lately, foreign] = await Promise.all([1, 2, 3].map(() => insertPrepared(hoursAgo(30))));
  const over = { status: "cancelled" as const, createdAt: hoursAgo(40) };
  await insertJob(cancelled!.specCid, 2n, { ...over, closedAt: hoursAgo(30) });
  await insertJob(lately!.specCid, 3n, { ...over, closedAt: hoursAgo(1) });
  await insertJob(foreign!.specCid, 4n, { own: false });
  const has = async ({ specCid, holdoutCid, shardCid }: NonNullable<typeof foreign>) =>
    Promise.all([specCid, holdoutCid, shardCid].map((cid) => storage.has(cid)));
  for (const _ of ["once", "again"]) {
    await cleanUp({ db, storage, log });
    expect(await Promise.all([cancelled!, lately!, foreign!].map(has))).toEqual([
      [true, false, false],
      [true, true, true],
      [false, false, false],
    ]);
  }
  const specs = [cancelled!, lately!, foreign!].map(({ specCid }) => specCid);
  const kept = await db.select().from(llmFinetuneJobs).where(inArray(llmFinetuneJobs.specCid, specs));
  expect(kept.map(({ specCid, contentRemovedAt }) => [specCid, contentRemovedAt !== null])).toEqual(
    expect.arrayContaining([
      [specs[0], true],
      [specs[1], false],
    ]),
  );
  expect(kept).toHaveLength(2);
});

it("what a draft was prepared as stays while a change is being made of it, or was not possible", async () => {
  const { db } = connection;
  const old = await insertPrepared(hoursAgo(30));
  const [{ draftId } = { draftId: "" }] = await db
    .select({ draftId: llmFinetuneJobs.draftId })
    .from(llmFinetuneJobs)
    .where(eq(llmFinetuneJobs.specCid, old.specCid));
  const change = { id: randomUUID(), changedFromId: draftId };
  const common = { kind: "llm-finetune" as const, requester: "0x1", uploadId: draftId, request: {} };
  await db.insert(drafts).values({ ...change, ...common });
  const isThere = async () => {
    await cleanUp({ db, storage, log });
    return storage.has(old.holdoutCid);
  };
  expect(await isThere()).toBe(true);
  await db.insert(preparations).values({ draftId: change.id, status: "failed" });
  expect(await isThere()).toBe(true);
  await db.update(preparations).set({ status: "ready" }).where(eq(preparations.draftId, change.id));
  expect(await isThere()).toBe(false);
});

it("two deleted drafts that share their shards leave nothing, also where a kill came between", async () => {
  const { db } = connection;
  const first = await insertPrepared(hoursAgo(30));
  const second = await insertPrepared(hoursAgo(30), first);
  const breaking = { ...storage, remove: () => Promise.reject(new Error("killed")) };
  await expect(cleanUp({ db, storage: breaking, log })).rejects.toThrow("killed");
  await storage.remove(first.specCid);
  await cleanUp({ db, storage, log });
  for (const cid of [...Object.values(first), second.specCid]) expect(await storage.has(cid)).toBe(false);
});

it("what a failed try has stored is taken out again, unless a row names it after all", async () => {
  const { db } = connection;
  const living = await insertPrepared(null);
  const remembered = rememberPuts(storage);
  const bytes = new TextEncoder().encode(randomUUID());
  const inVain = (await remembered.storage.put(bytes)).cid;
  await remembered.storage.put(await buffer(await storage.get(living.shardCid)));
  expect([...remembered.cids]).toEqual([inVain, living.shardCid]);
  await removeUnused(db, storage, remembered.cids);
  expect([await storage.has(inVain), await storage.has(living.shardCid)]).toEqual([false, true]);
});
