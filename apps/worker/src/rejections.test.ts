import { appealRejection, ruleAppeal } from "@trainchain/chain";
import { findAggregationOf } from "@trainchain/db/work";
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

/** A job of two slots, whose first was taken by a cheat whose delivery is refused. */
async function createRefused(): Promise<bigint> {
  const draftId = await world.requestJob(rows(60));
  expect(await world.preparation(draftId)).toMatchObject({ status: "ready" });
  const { timestamp } = await world.chain.client.getBlock();
  const acceptBy = Number(timestamp) + 10 * day;
  const terms = { referee: world.chain.wallet(referee), acceptBy, minContributors: 1 };
  const jobId = await world.listJob(draftId, terms);
  await world.accept(jobId, cheat);
  await world.accept(jobId, honest);
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
