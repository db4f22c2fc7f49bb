import {
  acceptJob,
  appealRejection,
  completeJob,
  enforceRejection,
  rejectAdapter,
  releaseSlot,
  ruleAppeal,
  submitAdapter,
} from "@trainchain/chain";
import { type Connection, connect } from "@trainchain/db";
import {
  type EscrowChain,
  fakeCid,
  type Postgres,
  roles,
  startEscrowChain,
  startPostgres,
} from "@trainchain/testing";
import { zeroAddress } from "viem";
import { afterAll, beforeAll, expect, it } from "vitest";
import { reindex } from "./reindex.ts";
import { followToHead, indexerOf } from "./testing/indexer-world.ts";

const day = 86_400;
const stakeWei = 4_000n;
const bondWei = 100n;
const [honest, absent, silent, appealing] = [0, 1, 2, 3].map((index) => roles.firstContributor + index) as [
  number,
  number,
  number,
  number,
];
const referee = roles.stranger;

let postgres: Postgres;
let chain: EscrowChain;
let connection: Connection;
let jobId: bigint;

beforeAll(async () => {
  [postgres, chain] = await Promise.all([startPostgres(), startEscrowChain({ version: "2" })]);
  connection = connect(await postgres.createDatabase());
  const changes = { minContributors: 1, maxContributors: 4, bondWei, referee: chain.wallet(referee) };
  jobId = await chain.openJob({ ...changes, reviewPeriod: 30 * day }, stakeWei);
});
afterAll(async () => {
  await connection?.close();
  await Promise.all([postgres?.stop(), chain?.stop()]);
});

const follower = (maxWindow = "1000") => indexerOf({ chain, connection }, { MAX_WINDOW_BLOCKS: maxWindow });

async function rows() {
  await followToHead(follower());
  const { sql } = connection;
  const [job] = await sql`select * from jobs`;
  const slots = await sql`select * from slots order by slot`;
  const submissions = await sql`select * from contributor_submissions`;
  const deliveryOf = (contributor: string) =>
    submissions.find((one) => one.contributor === contributor)?.status ?? null;
  return {
    job,
    slots: slots.map((slot) => [
      slot.status,
      deliveryOf(String(slot.contributor)),
      slot.forfeited_wei,
      slot.paid_wei,
    ]),
    deadlines: slots.map((slot) => new Date(String(slot.deadline)).getTime() / 1_000),
  };
}

const named = (index: number) => ({ escrow: chain.escrow, jobId, contributor: chain.wallet(index) });
const now = async () => Number((await chain.client.getBlock()).timestamp);

it("shows refusals of the escrow's second version from the first word to the last payment", async () => {
  const accept = (index: number) =>
    acceptJob(chain.signer(index), { escrow: chain.escrow, jobId, delegate: zeroAddress, bondWei });
  for (const index of [honest, absent, silent, appealing]) await chain.mined(accept(index));
  for (const index of [honest, silent, appealing])
    await chain.mined(submitAdapter(chain.signer(index), { ...named(index), adapterCid: fakeCid("a") }));
  expect((await rows()).job).toMatchObject({
    ...{ bond_wei: "100", bond_bps: 1_000, referee: chain.wallet(referee), permit_only: false },
    ...{ slots_taken: 4, slots_submitted: 3 },
  });

  const aggregator = chain.signer(roles.aggregator);
  const rejection = { reasonCid: fakeCid("r"), provable: true };
  for (const index of [silent, appealing])
    await chain.mined(rejectAdapter(aggregator, { ...named(index), ...rejection }));
  const refusedAt = await now();
  const contested = await rows();
  expect(contested.slots).toEqual([
    ["submitted", "submitted", null, null],
    ["accepted", null, null, null],
    ["rejection-pending", "rejected", null, null],
    ["rejection-pending", "rejected", null, null],
  ]);
  expect(contested.deadlines[3]).toBe(refusedAt + day);
  // Whose refusal may be overturned holds its slot.
  expect(contested.job).toMatchObject({ slots_taken: 4, slots_submitted: 1 });

  const evidence = { ...named(appealing), evidenceCid: fakeCid("e") };
  await chain.mined(appealRejection(chain.signer(appealing), evidence));
  const appealed = await rows();
  expect(appealed.slots[3]).toEqual(["rejection-appealed", "rejected", null, null]);
  expect(appealed.deadlines[3]).toBe((await now()) + 3 * day);

  await chain.travel(day + 10);
  await chain.mined(enforceRejection(chain.signer(roles.requester), named(silent)));
  await chain.mined(releaseSlot(chain.signer(roles.requester), named(absent)));
  const closing = { escrow: chain.escrow, jobId, resultCid: fakeCid("d") };
  const contributors = [honest, appealing].map(chain.wallet);
  await chain.mined(completeJob(aggregator, { ...closing, contributors }));
  const ended = await rows();
  expect(ended.slots).toEqual([
    ["submitted", "paid", null, "1000"],
    ["released", null, "100", null],
    ["rejected", "rejected", "100", null],
    ["rejection-appealed", "rejected", null, null],
  ]);
  // One share was paid and one is held for the appeal.
  expect(ended.job).toMatchObject({ status: "completed", refund_wei: "2000", slots_submitted: 1 });

  const ruling = { ...named(appealing), overturned: true, reasonCid: fakeCid("o") };
  await chain.mined(ruleAppeal(chain.signer(referee), ruling));
  const ruled = await rows();
  expect(ruled.slots[3]).toEqual(["reinstated", "paid", null, "1000"]);
  expect(ruled.job).toMatchObject({ status: "completed", refund_wei: "2000", slots_submitted: 2 });

  await reindex(connection.db, follower("1"));
  expect(await rows()).toEqual(ruled);
});

it("gives a share back with a refusal that takes effect after the job's end", async () => {
  const changes = { minContributors: 1, maxContributors: 2, referee: chain.wallet(referee) };
  jobId = await chain.openJob({ ...changes, reviewPeriod: 30 * day }, stakeWei);
  for (const index of [honest, silent]) {
    const taking = { escrow: chain.escrow, jobId, delegate: zeroAddress, bondWei: 0n };
    await chain.mined(acceptJob(chain.signer(index), taking));
    await chain.mined(submitAdapter(chain.signer(index), { ...named(index), adapterCid: fakeCid("a") }));
  }
  const aggregator = chain.signer(roles.aggregator);
  const rejection = { ...named(silent), reasonCid: fakeCid("r"), provable: false };
  await chain.mined(rejectAdapter(aggregator, rejection));
  const contributors = [honest, silent].map(chain.wallet);
  const closing = { escrow: chain.escrow, jobId, resultCid: fakeCid("d"), contributors };
  await chain.mined(completeJob(aggregator, closing));
  await chain.travel(day);
  await chain.mined(enforceRejection(chain.signer(roles.requester), named(silent)));
  await rows();
  const [job] = await connection.sql`select * from jobs where job_id = ${jobId.toString()}`;
  expect(job).toMatchObject({ status: "completed", refund_wei: "2000" });
});
