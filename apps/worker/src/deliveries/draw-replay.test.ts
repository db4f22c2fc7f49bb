import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jobs, replays, slots } from "@trainchain/db";
import { findReplay } from "@trainchain/db/replays";
import type { JobForWork } from "@trainchain/db/work";
import { freeBytesOf } from "@trainchain/protocol/node";
import { useDatabase } from "@trainchain/testing/use-database";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { WorkerDeps } from "../deps.ts";
import { drawReplay } from "./draw-replay.ts";
import type { Submission } from "./fetch-delivery.ts";

const review = 10_000;
const submitted = 1_700_000_000;
const [escrow, contributor, adapterCid] = ["0xe5", "0xc1", "bafkrei"];
const connection = useDatabase();
let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "draw-"));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));
beforeEach(() => connection.sql`delete from replays`);

/** What comes of a delivery that the platform comes to when so much of its review period is over: whether it waits, and the row. */
async function draw(share: number, boundaryBytes = 1_000, by = contributor) {
  const client = {
    getTransactionReceipt: async () => ({ blockHash: `0x${"b".repeat(64)}`, blockNumber: 7n }),
    getBlockNumber: async () => 7n,
    getBlock: async () => ({ timestamp: BigInt(submitted + share * review) }),
  };
  const log = pino({ level: "silent" });
  const deps = { db: connection.db, client, escrow, chainId: 1, confirmations: 0, dataDir, log };
  const terms = { stakeWei: 1_000n, feeBps: 0, bondWei: 0n, minContributors: 1, maxContributors: 1 };
  const job = { escrow, jobId: 1n, reviewPeriodSeconds: review, ...terms };
  const found = { job, slots: [{ slot: 0, contributor: by }] };
  const submission = {
    contributor: by,
    adapterCid,
    transactionHash: "0x1",
    submittedAt: new Date(1_000 * submitted),
  };
  const verdict = { contributor: by, adapterCid, checks: [] };
  const training = { steps: 20, segments: 20, boundaryBytes, segmentUses: 1, root: "ab".repeat(32) };
  const waits = await drawReplay(
    deps as unknown as WorkerDeps,
    found as unknown as JobForWork,
    submission as Submission,
    { verdict, committed: { ...training, arithmetic: "cpu/float32/none" } },
  );
  return { waits, replay: await findReplay(connection.db, { escrow, jobId: 1n, contributor: by }) };
}

const after = (share: number) => new Date(1_000 * (submitted + share * review));

it("is drawn from whenever the platform comes to it in time, and asked for until three quarters or for a tenth", async () => {
  for (const [at, until] of [
    [0.1, 0.5],
    [0.6, 0.75],
    [0.8, 0.9],
  ] as const) {
    const { waits, replay } = await draw(at);
    expect(waits).toBe(true);
    expect(replay).toMatchObject({ check: null, drawnAt: after(at), openBy: after(until) });
    expect(replay?.drawn).toHaveLength(2);
  }
});

it("and of what it comes to near the end nothing is asked", async () => {
  const { waits, replay } = await draw(0.83);
  expect(waits).toBe(false);
  expect(replay).toMatchObject({ drawn: [], check: { verdict: "skipped" } });
});

it("what is drawn before half of the review period, whoever delivered it, takes a quarter of the free disk together", async () => {
  await connection.db.insert(jobs).values({
    ...{
      escrow,
      jobId: 1n,
      createdAt: new Date(),
      kind: "llm-finetune",
      requester: "0x1",
      status: "open",
      aggregator: "0xa",
    },
    ...{ minContributors: 2, maxContributors: 2, trainingPeriodSeconds: 60, reviewPeriodSeconds: review },
    ...{ bondWei: 0n, stakeWei: 1n, feeBps: 0, slotsTaken: 2, slotsSubmitted: 2 },
  });
  const slot = { escrow, jobId: 1n, delegate: "0x5", acceptedAt: new Date(), status: "submitted" as const };
  await connection.db.insert(slots).values([
    { ...slot, slot: 0, contributor },
    { ...slot, slot: 1, contributor: "0xc2" },
  ]);
  // At most six are asked for, and one may lie here twice.
  const boundaryBytes = Math.floor((0.24 * (await freeBytesOf(dataDir))) / 7);
  expect(await draw(0.1, boundaryBytes)).toMatchObject({ waits: true });
  await expect(draw(0.1, boundaryBytes, "0xc2")).rejects.toMatchObject({ code: "disk-full" });
  const check = { check: "replay", verdict: "passed" as const, figure: 0, threshold: 0, message: "" };
  await connection.db.update(replays).set({ check });
  expect(await draw(0.1, boundaryBytes, "0xc2")).toMatchObject({ waits: true });
});

it("waits for room for what is asked for until half of the review period, and no longer", async () => {
  await expect(draw(0.49, 1e15)).rejects.toMatchObject({ code: "disk-full" });
  expect(await draw(0.5, 1e15)).toMatchObject({ waits: true, replay: { boundaryBytes: 1e15 } });
});
