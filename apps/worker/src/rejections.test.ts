import { appealRejection, ruleAppeal } from "@trainchain/chain";
import { findAggregationOf, listVerdicts } from "@trainchain/db/work";
import { fakeCid, type RunningProcess, roles, waitFor } from "@trainchain/testing";
import { toyAdapter } from "@trainchain/testing/toy-adapters";
import { afterAll, beforeAll, expect, it } from "vitest";
import { rows, startWorld, type World } from "./test-world/start-world.ts";

/* Refusals on an escrow of the second version, of jobs whose requester named a referee. */

const [cheat, honest, next] = [0, 1, 2].map((nth) => roles.firstContributor + nth) as [
  number,
  number,
  number,
];
const day = 86_400;

let world: World;
let worker: RunningProcess;

beforeAll(async () => {
  world = await startWorld({ version: "2" });
  worker = await world.startWorker();
});
afterAll(async () => {
  await worker?.stop();
  await world?.stop();
});

const ofAnotherJob = toyAdapter({ jobSeed: 8, rank: 4, noiseSeed: 1 });
const honestWork = (noiseSeed: number) => toyAdapter({ jobSeed: 7, rank: 4, noiseSeed });
const referee = roles.stranger;

type Terms = Parameters<World["listJob"]>[1];

const now = async () => Number((await world.chain.client.getBlock()).timestamp);

/** Lists a job, of two slots where not said otherwise. */
async function listJob(terms: Terms): Promise<bigint> {
  const contributors = terms?.maxContributors ?? 2;
  const draftId = await world.requestJob(rows(30 * Math.max(2, contributors)), { contributors });
  expect(await world.preparation(draftId)).toMatchObject({ status: "ready" });
  return world.listJob(draftId, { minContributors: 1, ...terms });
}

/** A job whose first slot was taken by a cheat whose delivery is refused. */
async function createRefused(terms: Terms = {}): Promise<bigint> {
  const acceptBy = (await now()) + 10 * day;
  const jobId = await listJob({ referee: world.chain.wallet(referee), acceptBy, ...terms });
  await world.accept(jobId, cheat);
  if (terms.maxContributors !== 1) await world.accept(jobId, honest);
  await world.deliver(jobId, cheat, 0, ofAnotherJob);
  await untilSlot(jobId, cheat, "rejection-pending");
  return jobId;
}

const untilSlot = (jobId: bigint, index: number, status: string) =>
  waitFor(`the slot to be ${status}`, async () => (await world.slotStatus(jobId, index)) === status);

it("nobody appealed against take effect after their day, burn nothing, and free the slot for somebody else", async () => {
  const jobId = await createRefused();
  await world.chain.travel(day + 1);
  await untilSlot(jobId, cheat, "rejected");
  const { sql } = world.connection;
  const enforced = await sql`select args from chain_events where name = 'RejectionEnforced'`;
  expect(enforced).toMatchObject([{ args: { burntWei: "0", refundWei: "0" } }]);
  await world.accept(jobId, next);
  await world.deliver(jobId, next, 0, honestWork(4));
  await untilSlot(jobId, next, "submitted");
  // Its own day was over while the refused one waited.
  await untilSlot(jobId, honest, "released");
});

it("still contested when the job ends take effect afterwards, and give the share back", async () => {
  const jobId = await createRefused();
  await world.deliver(jobId, honest, 1, honestWork(5));
  await world.untilJob(jobId, "completed");
  expect(await world.slotStatus(jobId, cheat)).toBe("rejection-pending");
  await world.chain.travel(day + 1);
  await untilSlot(jobId, cheat, "rejected");
  const { sql } = world.connection;
  const [job] = await sql`select refund_wei, status from jobs where job_id = ${jobId.toString()}`;
  expect(job).toMatchObject({ refund_wei: "500", status: "completed" });
});

it("overturned are paid and not merged, and hold up nobody else", async () => {
  const jobId = await createRefused();
  const named = { escrow: world.chain.escrow, jobId, contributor: world.chain.wallet(cheat) };
  const appeal = { ...named, evidenceCid: fakeCid("e") };
  await world.chain.mined(appealRejection(world.chain.signer(cheat), appeal));
  await untilSlot(jobId, cheat, "rejection-appealed");
  const ruling = { ...named, overturned: true, reasonCid: fakeCid("o") };
  await world.chain.mined(ruleAppeal(world.chain.signer(referee), ruling));
  await untilSlot(jobId, cheat, "reinstated");
  await world.deliver(jobId, honest, 1, honestWork(3));
  await world.untilJob(jobId, "completed");
  const paid = await waitFor("both payments to be followed", async () => {
    const slots = await world.connection.sql`
      select paid_wei from slots where job_id = ${jobId.toString()} and paid_wei is not null`;
    return slots.length === 2 && slots.map(({ paid_wei }) => paid_wei);
  });
  expect(paid).toEqual(["500", "500"]);
  const stored = await findAggregationOf(world.connection.db, named);
  expect(stored?.result.contributors).toMatchObject([{ contributor: world.chain.wallet(honest) }]);
});

it("do not put off the checks that compare the others, where a job's minimum needs what is contested", async () => {
  const jobId = await createRefused({ minContributors: 3, maxContributors: 3 });
  await world.accept(jobId, next);
  await world.deliver(jobId, honest, 1, honestWork(6));
  await untilSlot(jobId, honest, "submitted");
  await world.deliver(jobId, next, 2, honestWork(6));
  await untilSlot(jobId, next, "rejection-pending");
  const verdicts = await listVerdicts(world.connection.db, { escrow: world.chain.escrow, jobId });
  const copy = verdicts.find(({ contributor }) => contributor === world.chain.wallet(next));
  expect(copy?.checks.find(({ verdict }) => verdict === "failed")).toMatchObject({ check: "not-a-copy" });
  expect(await world.slotStatus(jobId, cheat)).toBe("rejection-pending");
  expect(await world.slotStatus(jobId, honest)).toBe("submitted");
});

it("overturned of the only delivery are paid though there is nothing to merge, once the review is over", async () => {
  const jobId = await createRefused({ maxContributors: 1 });
  const named = { escrow: world.chain.escrow, jobId, contributor: world.chain.wallet(cheat) };
  const appeal = { ...named, evidenceCid: fakeCid("e") };
  await world.chain.mined(appealRejection(world.chain.signer(cheat), appeal));
  const ruling = { ...named, overturned: true, reasonCid: fakeCid("o") };
  await world.chain.mined(ruleAppeal(world.chain.signer(referee), ruling));
  await untilSlot(jobId, cheat, "reinstated");
  expect((await world.jobOnChain(jobId)).status).toBe("open");
  await world.chain.travel(day + 1);
  await world.untilJob(jobId, "settled");
});

it("that come too late for the escrow hold up no job's end: what was delivered is paid", async () => {
  const jobId = await listJob({ acceptBy: (await now()) + day });
  await worker.stop();
  for (const [slot, index] of [honest, next].entries()) {
    await world.accept(jobId, index);
    const { cid } = await world.storage.put(await world.sealed(jobId, index, slot, honestWork(7)));
    await world.submitCid(jobId, index, cid);
    await world.chain.travel(60);
  }
  await world.chain.travel(3 * day);
  worker = await world.startWorker();
  await world.untilJob(jobId, "settled");
  const verdicts = await listVerdicts(world.connection.db, { escrow: world.chain.escrow, jobId });
  expect(verdicts.map(({ verdict }) => verdict).toSorted()).toContain("refused");
});
