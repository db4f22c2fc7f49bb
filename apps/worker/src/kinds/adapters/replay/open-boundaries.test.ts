import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AdapterJobForWork } from "@trainchain/db/work";
import { openSecondsOf } from "@trainchain/protocol";
import { freeBytesOf } from "@trainchain/protocol/node";
import { createLocalStorage } from "@trainchain/storage";
import { useDatabase } from "@trainchain/testing/use-database";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { WorkerDeps } from "../../../deps.ts";
import type { Drawn } from "../../kind-work.ts";
import { openBoundaries } from "./open-boundaries.ts";
import { replayTraining } from "./replay-training.ts";

const review = 10 * 3_600;
const connection = useDatabase();
let dir: string;
let deps: WorkerDeps;
let found: AdapterJobForWork;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "withheld-"));
  const storage = createLocalStorage({ dir });
  deps = { db: connection.db, storage } as WorkerDeps;
  const { cid: specCid } = await storage.put(new TextEncoder().encode("{}"));
  found = { job: { reviewPeriodSeconds: review }, prepared: { specCid } } as AdapterJobForWork;
});
afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});
beforeEach(() => connection.sql`delete from api_heartbeats`);
beforeEach(() => connection.sql`delete from uploads`);

const hoursAgo = (hours: number) => new Date(Date.now() - 3_600_000 * hours);

/** The API was there between these hours of the past. */
const apiWasThere = (from: number, until: number) =>
  connection.sql`insert into api_heartbeats (instance, started_at, seen_at)
    values (${`${from}`}, ${hoursAgo(from).toISOString()}, ${hoursAgo(until).toISOString()})`;

const asked = [0, 3, 4, 7, 8, 20];

/** What is said now of a delivery of ten hours' review that was submitted, and drawn, so many hours ago. */
async function hear(
  submitted: number,
  boundaryBytes = 1e6,
  drawn = submitted,
  judge: typeof openBoundaries | typeof replayTraining = openBoundaries,
) {
  const key = {
    escrow: "0x",
    jobId: 1n,
    contributor: "0x1",
    segments: 20,
    ...{ asked, drawn: [3, 7] },
    boundaryBytes,
  };
  const open = openSecondsOf({ reviewPeriodSeconds: review, sinceSubmission: 3_600 * (submitted - drawn) });
  const drawnAt = hoursAgo(drawn);
  const replay = { ...key, drawnAt, openBy: new Date(drawnAt.getTime() + 1_000 * open) };
  const submission = { submittedAt: hoursAgo(submitted) };
  return judge(
    deps,
    found,
    { replay, submission, timestamp: BigInt(Math.floor(Date.now() / 1_000)) } as unknown as Drawn,
    await mkdtemp(join(dir, "work-")),
  );
}

/** A state that began to be handed over, and was here, so many hours ago. */
const cameAt = (boundary: number, began: number, here?: number) =>
  connection.sql`insert into uploads (id, owner, purpose, file_name, size_bytes, escrow, job_id, boundary, path, created_at, finished_at, cid)
    values (${`${boundary}`}, '0x1', 'boundary', 'state', 1, '0x', 1, ${boundary}, '[]', ${hoursAgo(began).toISOString()},
      ${here === undefined ? null : hoursAgo(here).toISOString()}, ${here === undefined ? null : `cid${boundary}`})`;

const refused = { verdict: "failed", message: expect.stringContaining("were not handed over") };

it("what is not handed over in four of ten hours is refused, and is waited for until then", async () => {
  await apiWasThere(10, 0);
  expect(await hear(3.9)).toBeUndefined();
  expect(await hear(4.1)).toMatchObject(refused);
});

it("the time in which the platform's API was away does not count", async () => {
  await apiWasThere(10, 4);
  await apiWasThere(2, 0);
  expect(await hear(4.1)).toBeUndefined();
  expect(await hear(5.9)).toBeUndefined();
  expect(await hear(6.1)).toMatchObject(refused);
});

it("once the API was there for long enough in all, what is missing late in the review is refused", async () => {
  await apiWasThere(10, 7.5);
  await apiWasThere(1, 0);
  expect(await hear(7.4)).toBeUndefined();
  expect(await hear(7.6)).toMatchObject(refused);
});

it("an API that fell over whenever it started was not there for long, however often that was", async () => {
  for (let hours = 8; hours > 3; hours -= 0.1) await apiWasThere(hours, hours);
  expect(await hear(7.6)).toBeUndefined();
  expect(await hear(9.1)).toMatchObject({ verdict: "skipped" });
});

it("where it was not, it is waited for until nine tenths of the review, and then nothing is judged by it", async () => {
  await apiWasThere(0.2, 0);
  expect(await hear(7.6)).toBeUndefined();
  expect(await hear(8.9)).toBeUndefined();
  expect(await hear(9.1)).toMatchObject({
    verdict: "skipped",
    message: expect.stringContaining("not there"),
  });
});

it("what is on its way holds nothing up until the end of the review", async () => {
  await apiWasThere(1.2, 0);
  await cameAt(0, 0.1);
  expect(await hear(8.9)).toBeUndefined();
  expect(await hear(9.1)).toMatchObject(refused);
});

it("large states ask for the time that they take", async () => {
  await apiWasThere(1, 0);
  expect(await hear(7.6, 6e8)).toBeUndefined();
  expect(await hear(7.6)).toMatchObject(refused);
});

it("time in which the API has no room for adapters counts: what is left is for states", async () => {
  await connection.sql`insert into api_heartbeats (instance, started_at, seen_at, takes_adapters)
    values ('full', ${hoursAgo(10).toISOString()}, ${hoursAgo(0).toISOString()}, false)`;
  expect(await hear(4.1)).toMatchObject(refused);
});

it("who is asked late in the review has what is left of it, counted from the draw", async () => {
  await apiWasThere(10, 0);
  expect(await hear(7.4, 1e6, 1)).toBeUndefined();
  expect(await hear(7.6, 1e6, 1.1)).toMatchObject(refused);
});

it("who hands over one after the other is waited for while that goes on, until half of the review", async () => {
  await apiWasThere(10, 0);
  await cameAt(0, 0.3, 0.2);
  await cameAt(3, 0.15, 0.05);
  expect(await hear(4.1)).toBeUndefined();
  expect(await hear(4.4)).toBeUndefined();
  expect(await hear(5.1)).toMatchObject(refused);
});

it("who stopped handing over is refused", async () => {
  await apiWasThere(10, 0);
  await cameAt(0, 3, 2.9);
  await cameAt(3, 0.4, 0.3);
  expect(await hear(4.1)).toMatchObject(refused);
});

it("what was begun in time is waited for, until half of the review", async () => {
  await apiWasThere(10, 0);
  await cameAt(0, 1);
  expect(await hear(4.1)).toBeUndefined();
  expect(await hear(5.1)).toMatchObject(refused);
});

it("large states are given the time that they take", async () => {
  await apiWasThere(10, 0);
  await cameAt(3, 0.4, 0.3);
  expect(await hear(4.1, 1e9)).toBeUndefined();
});

it("a platform that has lost its evaluator waits for it until nine tenths of the review, and refuses nobody", async () => {
  for (const boundary of asked) await cameAt(boundary, 2, 1);
  await expect(hear(8.9, 1e6, 8.9, replayTraining)).rejects.toMatchObject({ code: "environment-broken" });
  expect(await hear(9.1, 1e6, 9.1, replayTraining)).toMatchObject({ check: { verdict: "skipped" } });
});

it("where the disk has no room for all states, each segment's are fetched after the other's", async () => {
  for (const boundary of asked) await cameAt(boundary, 2, 1);
  expect(await hear(3)).toMatchObject({ groups: [[3, 7]] });
  const room = (await freeBytesOf(dir)) - 2e8;
  expect(await hear(3, room / 5)).toMatchObject({ groups: [[3], [7]] });
});

it("states that the disk has no room for are not fetched, and nobody is refused for it", async () => {
  for (const boundary of asked) await cameAt(boundary, 2, 1);
  await expect(hear(3, 1e15)).rejects.toMatchObject({ code: "disk-full" });
});
