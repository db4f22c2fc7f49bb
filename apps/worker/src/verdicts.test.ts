import { rename } from "node:fs/promises";
import { join } from "node:path";
import { encodeSubmitAdapter, settleJob } from "@trainchain/chain";
import { listVerdicts } from "@trainchain/db/work";
import { verdictLimits } from "@trainchain/protocol";
import { computeCid } from "@trainchain/storage";
import { type RunningProcess, roles, waitFor } from "@trainchain/testing";
import { toyAdapter } from "@trainchain/testing/toy-adapters";
import { parseGwei } from "viem";
import { sendTransaction } from "viem/actions";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rows, startWorld, type World } from "./test-world/start-world.ts";

/* Each of these was once paid without a verdict. Review periods are a day, the world's default. */

const [cheat, honest, other] = [0, 1, 2].map((nth) => roles.firstContributor + nth) as [
  number,
  number,
  number,
];
const halfDay = 43_200;

let world: World;
let worker: RunningProcess;

beforeAll(async () => {
  world = await startWorld();
  worker = await world.startWorker();
});
afterAll(() => world?.stop());

async function preparedJob(terms: Parameters<World["listJob"]>[1] = {}): Promise<bigint> {
  const draftId = await world.requestJob(rows(60));
  expect(await world.preparation(draftId)).toMatchObject({ status: "ready" });
  return world.listJob(draftId, terms);
}

const key = (jobId: bigint) => ({ escrow: world.chain.escrow, jobId });
const honestWork = (noiseSeed: number) => toyAdapter({ jobSeed: 7, rank: 4, noiseSeed });

/** The check by which a delivery was refused on chain. */
async function refusal(jobId: bigint, index: number) {
  await waitFor("the rejection", async () => (await world.slotStatus(jobId, index)) === "rejected");
  const verdicts = await listVerdicts(world.connection.db, key(jobId));
  const own = verdicts.find(({ contributor }) => contributor === world.chain.wallet(index));
  return own?.checks.find(({ verdict }) => verdict === "failed");
}

/** A job whose one slot is taken by the cheat. */
async function jobOfOne(): Promise<bigint> {
  const jobId = await preparedJob({ maxContributors: 1 });
  await world.accept(jobId, cheat);
  return jobId;
}

/** Nobody is paid for them: once their review periods are over, these jobs have nobody to pay. */
async function expectNoPayment(...jobs: bigint[]): Promise<void> {
  await world.chain.travel(2 * 86_400);
  for (const jobId of jobs) {
    await world.untilJob(jobId, "expired");
    const { escrow } = world.chain;
    const settled = settleJob(world.chain.signer(other), { escrow, jobId, contributors: [] });
    await expect(settled).rejects.toThrow();
  }
}

it("a job that too few deliver to pays what is accepted of it, and nothing unjudged, however late it came", async () => {
  const jobId = await preparedJob({ minContributors: 3, maxContributors: 3 });
  for (const index of [honest, cheat, other]) await world.accept(jobId, index);
  await world.deliver(jobId, honest, 0, honestWork(1));
  await waitFor("the first", async () => (await world.slotStatus(jobId, honest)) === "submitted");
  // Only what compares deliveries tells: by itself it is as good as the other.
  await world.deliver(jobId, cheat, 1, honestWork(1));
  await waitFor("both", async () => (await world.slotStatus(jobId, cheat)) === "submitted");
  await world.chain.travel(86_401);
  expect(await refusal(jobId, cheat)).toMatchObject({ check: "not-a-copy" });
  await world.untilJob(jobId, "expired");
  expect(await world.slotStatus(jobId, honest)).toBe("submitted");
});

it("of two alike in one block the copy is the one whose log comes later, whoever has the lower address", async () => {
  const jobId = await preparedJob({ minContributors: 3, maxContributors: 3 });
  const { client, escrow, mined, signer, wallet } = world.chain;
  const [original, copy] = [honest, cheat].toSorted((a, b) => (wallet(a) > wallet(b) ? -1 : 1)) as [
    number,
    number,
  ];
  for (const index of [original, copy, other]) await world.accept(jobId, index);
  await client.setAutomine(false);
  const submitted = [original, copy].map(async (index, slot) => {
    const { cid } = await world.storage.put(await world.sealed(jobId, index, slot, honestWork(2)));
    const call = encodeSubmitAdapter({ escrow, jobId, contributor: wallet(index), adapterCid: cid });
    // The dearer one goes first; anvil goes by what a transaction may cost, and of two alike by which came first.
    const [maxFeePerGas, maxPriorityFeePerGas] = (index === original ? ["1000", "800"] : ["800", "600"]).map(
      (gwei) => parseGwei(gwei),
    );
    const fees = { gas: 200_000n, maxFeePerGas, maxPriorityFeePerGas };
    return mined(sendTransaction(signer(index), { ...call, ...fees }));
  });
  await waitFor("both to be in the pool", async () => (await client.getTxpoolStatus()).pending === 2);
  await client.mine({ blocks: 1 });
  await client.setAutomine(true);
  const [first, second] = await Promise.all(submitted);
  expect([first?.blockNumber, first?.transactionIndex]).toEqual([second?.blockNumber, 0]);
  await world.chain.travel(86_401);
  expect(await refusal(jobId, copy)).toMatchObject({ check: "not-a-copy" });
  await world.untilJob(jobId, "expired");
  expect(await world.slotStatus(jobId, original)).toBe("submitted");
});

describe("a submitted CID", () => {
  it("that is none is refused at once, delivered alone", async () => {
    const none = ["x", "bafkrei", `bafkrei${"A".repeat(52)}`, "../../storage", "a\0b", "😀"];
    const jobs: bigint[] = [];
    // One after the other: they are all signed by one requester.
    for (const _ of none) jobs.push(await jobOfOne());
    for (const [nth, jobId] of jobs.entries()) await world.submitCid(jobId, cheat, none[nth] ?? "");
    for (const jobId of jobs)
      expect(await refusal(jobId, cheat)).toMatchObject({
        check: "sealed-to-slot",
        message: "What was submitted is not the CID of any content.",
      });
    await expectNoPayment(...jobs);
  });

  it("under which nobody stored anything is refused by its age, alone and as the last", async () => {
    const alone = await jobOfOne();
    const last = await preparedJob();
    await world.accept(last, honest);
    await world.accept(last, cheat);
    await world.deliver(last, honest, 0, honestWork(1));
    await waitFor("the delivery", async () => (await world.slotStatus(last, honest)) === "submitted");
    for (const [nth, jobId] of [alone, last].entries())
      await world.submitCid(jobId, cheat, await computeCid(new TextEncoder().encode(`nowhere ${nth}`)));
    await world.chain.travel(verdictLimits.missingContentSeconds - 60);
    await waitFor("tries in vain", async () => {
      const tried = await world.connection.sql`
        select from pgboss.job where singleton_key like ${`verify-adapter/%/${alone}/%`} and retry_count > 0`;
      return tried.length > 0;
    });
    expect(await world.slotStatus(alone, cheat)).toBe("submitted");
    await world.chain.travel(61);
    for (const jobId of [alone, last])
      expect(await refusal(jobId, cheat)).toMatchObject({
        message: expect.stringMatching(
          /^The store has no such content under the submitted CID, 3\d minutes after its submission\.$/,
        ),
      });
    await expectNoPayment(alone);
    await world.untilJob(last, "completed");
  });

  it("copied in the same block for a throwaway job takes nothing from whoever it was copied from", async () => {
    const [victim, throwaway] = [await jobOfTwo(), await jobOfOne()];
    const sealed = await world.sealed(victim, honest, 0, honestWork(1));
    const { cid } = await world.storage.put(sealed);
    const { client } = world.chain;
    await client.setAutomine(false);
    const submitted = [world.submitCid(throwaway, cheat, cid), world.submitCid(victim, honest, cid)];
    await waitFor("both to be in the pool", async () => (await client.getTxpoolStatus()).pending === 2);
    await client.mine({ blocks: 1 });
    await client.setAutomine(true);
    const [copied, original] = await Promise.all(submitted);
    expect(copied?.blockNumber).toBe(original?.blockNumber);
    expect(await refusal(throwaway, cheat)).toMatchObject({ check: "sealed-to-slot" });
    const verdict = await waitFor("the verdict", async () =>
      (await listVerdicts(world.connection.db, key(victim))).at(0),
    );
    expect(verdict.verdict).toBe("accepted");
    await expectNoPayment(throwaway);
  });
});

async function jobOfTwo(): Promise<bigint> {
  const jobId = await preparedJob();
  await world.accept(jobId, honest);
  await world.accept(jobId, other);
  return jobId;
}

describe("content", () => {
  it("larger than an adapter may be is refused, in one piece and in many", async () => {
    await worker.kill();
    worker = await world.startWorker({ MAX_ADAPTER_BYTES: "100000" });
    const jobs = [await jobOfOne(), await jobOfOne()] as const;
    await world.deliver(jobs[0], cheat, 0, new Uint8Array(150_000));
    await world.deliver(jobs[1], cheat, 0, new Uint8Array(3_000_000));
    for (const jobId of jobs) expect(await refusal(jobId, cheat)).toMatchObject({ check: "safetensors" });
    await expectNoPayment(...jobs);
    await worker.kill();
    worker = await world.startWorker();
  });

  it("that is no sealed file, and a store's damaged copy of one, are refused", async () => {
    const open = await jobOfOne();
    const { cid } = await world.storage.put(honestWork(1));
    await world.submitCid(open, cheat, cid);
    expect(await refusal(open, cheat)).toMatchObject({ check: "sealed-to-slot" });

    const damaged = await jobOfOne();
    const stored = await world.storage.put(await world.sealed(damaged, cheat, 0, honestWork(1)));
    const another = await world.storage.put(await world.sealed(damaged, cheat, 0, honestWork(2)));
    await rename(world.fileOf(another.cid), world.fileOf(stored.cid));
    await world.submitCid(damaged, cheat, stored.cid);
    await world.chain.travel(verdictLimits.missingContentSeconds + 1);
    expect(await refusal(damaged, cheat)).toMatchObject({ check: "sealed-to-slot" });
    await expectNoPayment(open, damaged);
  });

  it("that is gone before the merge is refused as well, and the job goes on without it", async () => {
    const jobId = await preparedJob();
    await world.accept(jobId, cheat);
    await world.accept(jobId, honest);
    const cid = await world.deliver(jobId, cheat, 0, honestWork(1));
    await waitFor(
      "its verdict",
      async () => (await listVerdicts(world.connection.db, key(jobId))).length === 1,
    );
    await rename(world.fileOf(cid), `${world.fileOf(cid)}.gone`);
    await world.deliver(jobId, honest, 1, honestWork(2));
    await waitFor(
      "the other's",
      async () => (await listVerdicts(world.connection.db, key(jobId))).length === 2,
    );
    await world.chain.travel(verdictLimits.missingContentSeconds + 1);
    expect(await refusal(jobId, cheat)).toMatchObject({ check: "sealed-to-slot" });
    await world.chain.travel(3_600);
    await world.untilJob(jobId, "completed");
  });
});

it("a store that has lost everything refuses nobody, however old a delivery is; once it is back, the last look decides", async () => {
  const jobId = await jobOfOne();
  const storage = join(world.dir, "storage");
  const sealed = await world.storage.put(await world.sealed(jobId, cheat, 0, honestWork(1)));
  await rename(storage, `${storage}-away`);
  await world.submitCid(jobId, cheat, sealed.cid);
  await world.chain.travel(halfDay + 1);
  await waitFor("the last look, in vain", async () => {
    const looks = await world.connection.sql`
      select from pgboss.job where singleton_key like ${`verify-adapter/%/${jobId}/%/last-look`} and retry_count > 0`;
    return looks.length > 0;
  });
  expect(await listVerdicts(world.connection.db, key(jobId))).toEqual([]);
  await rename(`${storage}-away`, storage);
  await world.untilJob(jobId, "completed");
});
