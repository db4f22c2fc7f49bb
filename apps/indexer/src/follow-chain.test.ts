import {
  acceptJob,
  completeJob,
  decodeEvents,
  rejectAdapter,
  releaseSlot,
  submitAdapter,
} from "@trainchain/chain";
import type { Connection } from "@trainchain/db";
import { changeDraftRequest, getTotals, listJobs } from "@trainchain/db/market";
import { type EscrowChain, fakeCid, roles } from "@trainchain/testing";
import { pino } from "pino";
import { createPublicClient, http, zeroAddress } from "viem";
import { describe, expect, it } from "vitest";
import { createFollower } from "./follow-chain.ts";
import { escrowHandlers } from "./handlers/index.ts";
import { reindex } from "./reindex.ts";
import { beginEach, followToHead as follow, indexerOf, insertDraft } from "./testing/indexer-world.ts";

let chain: EscrowChain;
let connection: Connection;
const log = pino({ level: "silent" });
const [first, second, third] = [
  roles.firstContributor,
  roles.firstContributor + 1,
  roles.firstContributor + 2,
];

beginEach(async (world) => {
  ({ chain, connection } = world);
  await insertDraft(connection, fakeCid("s"), chain.wallet(roles.requester));
});

const follower = (changes?: Record<string, string>) => indexerOf({ chain, connection }, changes);
const followToHead = (following = follower()) => follow(following);

/** Everything derived from the chain, but for the record of how it was read; the totals are those of the rows. */
async function derivedRows() {
  const { sql } = connection;
  const [kept] =
    await sql`select jobs_completed, jobs_open, contributors, contributors_active, paid_wei from totals`;
  const [counted] = await sql`
    select (select count(*) from jobs where status = 'completed' and own)::int as jobs_completed,
      (select count(*) from jobs where status = 'open' and own)::int as jobs_open, count(*)::int as contributors,
      count(*) filter (where jobs_active > 0)::int as contributors_active, coalesce(sum(earned_wei), 0) as paid_wei
    from contributor_stats`;
  expect(kept).toEqual(counted);
  return {
    events: await sql`select * from chain_events order by block_number, log_index`,
    jobs: await sql`select * from jobs order by escrow, job_id`,
    slots: await sql`select * from slots order by escrow, job_id, contributor`,
    submissions: await sql`select * from contributor_submissions order by escrow, job_id, contributor`,
    stats: await sql`select * from contributor_stats order by contributor`,
    balances: await sql`select * from withdrawable_balances order by wallet`,
  };
}

async function queuedTasks() {
  return connection.sql`select name, singleton_key as key from pgboss.job order by key`;
}

const accept = (jobId: bigint, index: number) =>
  chain.mined(
    acceptJob(chain.signer(index), { escrow: chain.escrow, jobId, delegate: zeroAddress, bondWei: 0n }),
  );
const submit = (jobId: bigint, index: number, adapterCid: string) =>
  chain.mined(
    submitAdapter(chain.signer(index), {
      escrow: chain.escrow,
      jobId,
      contributor: chain.wallet(index),
      adapterCid,
    }),
  );

/** A job in which one contributor is refused, one vanishes and one is paid. */
async function eventfulJob(): Promise<bigint> {
  const { escrow } = chain;
  const jobId = await chain.openJob({ maxContributors: 3 }, 3_000n);
  await accept(jobId, first);
  await accept(jobId, second);
  await accept(jobId, third);
  await submit(jobId, first, fakeCid("a"));
  await submit(jobId, second, fakeCid("b"));
  const aggregator = chain.signer(roles.aggregator);
  const provable = chain.version === "1" ? undefined : false;
  const refused = { escrow, jobId, contributor: chain.wallet(second), reasonCid: fakeCid("r"), provable };
  await chain.mined(rejectAdapter(aggregator, refused));
  await chain.travel(7_300);
  await chain.mined(
    releaseSlot(chain.signer(roles.stranger), { escrow, jobId, contributor: chain.wallet(third) }),
  );
  await chain.mined(
    completeJob(aggregator, { escrow, jobId, resultCid: fakeCid("d"), contributors: [chain.wallet(first)] }),
  );
  return jobId;
}

describe("following", () => {
  it("shows a job with its slots, deliveries, payments and counts as the chain tells them", async () => {
    const jobId = await eventfulJob();
    await followToHead();
    const rows = await derivedRows();
    expect(rows.jobs).toMatchObject([
      {
        job_id: jobId.toString(),
        status: "completed",
        stake_wei: "3000",
        refund_wei: "2000",
        fee_wei: "0",
        result_cid: fakeCid("d"),
        slots_taken: 1,
        slots_submitted: 1,
      },
    ]);
    expect(
      rows.slots.map(({ contributor, status, paid_wei }) => [contributor, status, paid_wei]).sort(),
    ).toEqual(
      [
        [chain.wallet(first), "submitted", "1000"],
        [chain.wallet(second), "rejected", null],
        [chain.wallet(third), "released", null],
      ].sort(),
    );
    expect(rows.submissions.map(({ status, reason_cid }) => [status, reason_cid]).sort()).toEqual([
      ["paid", null],
      ["rejected", fakeCid("r")],
    ]);
    expect(rows.stats.find(({ contributor }) => contributor === chain.wallet(first))).toMatchObject({
      jobs_accepted: 1,
      jobs_ended: 1,
      jobs_completed: 1,
      jobs_active: 0,
      earned_wei: "1000",
    });
  });

  it("gives the same rows whatever the size of its windows", async () => {
    await eventfulJob();
    await chain.openJob();
    await followToHead(follower({ MAX_WINDOW_BLOCKS: "1" }));
    const oneByOne = await derivedRows();
    await reindex(connection.db, follower({ MAX_WINDOW_BLOCKS: "1000" }));
    expect(await derivedRows()).toEqual(oneByOne);
    expect(oneByOne.events.length).toBeGreaterThan(8);
  });

  it("queues the work and the news of a job in the transaction that stores its events", async () => {
    const heard: string[] = [];
    const begun = Promise.withResolvers<void>();
    const listening = connection.listen("trainchain_job", {
      onNotification: (payload) => heard.push(payload),
      onListening: begun.resolve,
    });
    await begun.promise;
    const jobId = await chain.openJob();
    await accept(jobId, first);
    await submit(jobId, first, fakeCid("a"));
    await followToHead();
    const id = `${chain.escrow}/${jobId}`;
    expect(await queuedTasks()).toEqual([
      { name: "advance-job", key: `advance-job/${id}` },
      { name: "verify-adapter", key: `verify-adapter/${id}/${chain.wallet(first)}` },
    ]);
    await expect.poll(() => heard).toContain(id);
    await listening.stop();
  });

  it("queues no work for a job that has ended", async () => {
    await eventfulJob();
    await followToHead();
    expect(await queuedTasks()).toEqual([]);
  });

  it("reads a block only when enough others lie on top of it", async () => {
    await chain.openJob();
    const cautious = follower({ CONFIRMATIONS: "3" });
    await followToHead(cautious);
    expect((await derivedRows()).jobs).toEqual([]);
    await chain.client.mine({ blocks: 3 });
    await followToHead(cautious);
    expect((await derivedRows()).jobs).toHaveLength(1);
  });

  it("asks for fewer blocks where the node refuses a range, and reads them all", async () => {
    await chain.openJob();
    await chain.client.mine({ blocks: 20 });
    const refused: number[] = [];
    const limited = createPublicClient({ transport: http(chain.rpcUrl) }).extend((client) => ({
      getLogs: (async (range: { fromBlock: bigint; toBlock: bigint }) => {
        const blocks = Number(range.toBlock - range.fromBlock) + 1;
        if (blocks > 4) {
          refused.push(blocks);
          throw new Error("query exceeds the max block range of 4");
        }
        return client.getLogs(range as Parameters<typeof client.getLogs>[0]);
      }) as typeof client.getLogs,
    }));
    const following = createFollower({
      db: connection.db,
      client: limited,
      contracts: [
        {
          address: chain.escrow,
          decode: decodeEvents,
          startBlock: chain.startBlock,
          handlers: escrowHandlers,
          ours: true,
        },
      ],
      chainId: 80_002,
      confirmations: 0,
      maxWindowBlocks: 100,
      log,
    });
    await followToHead(following);
    expect(refused.length).toBeGreaterThan(0);
    expect((await derivedRows()).jobs).toHaveLength(1);
  });

  it("is not stopped by a text that the database cannot hold", async () => {
    await chain.openJob({ specCid: "zero\0character" });
    await followToHead();
    expect((await derivedRows()).jobs).toMatchObject([{ spec_cid: "zero\ufffdcharacter", status: "open" }]);
  });

  it("counts and lists the platform's own jobs only: prepared here for their requester, and with its aggregator", async () => {
    const own = await chain.openJob();
    const foreign = [
      await chain.openJob({ specCid: fakeCid("f") }),
      await chain.openJob({ aggregator: chain.wallet(roles.stranger) }),
    ];
    // Somebody copies the spec of the platform's job.
    foreign.push(await chain.openJob({}, 1_000n, roles.stranger));
    for (const jobId of foreign) await accept(jobId, first);
    await followToHead();
    const { jobs, slots, stats } = await derivedRows();
    expect(jobs.filter((job) => job.own).map((job) => job.job_id)).toEqual([`${own}`]);
    expect([jobs.length, slots.length, stats.length]).toEqual([4, 3, 0]);
    expect(await getTotals(connection.db)).toMatchObject({ jobsOpen: 1, contributors: 0 });
    const newest = { after: undefined, limit: 10 };
    const listed = async (filter: object) =>
      (await listJobs(connection.db, { ...newest, ...filter })).map(({ jobId }) => jobId);
    expect(await listed({})).toEqual([own]);
    expect((await listed({ foreign: true })).toSorted()).toEqual(foreign.toSorted());

    await accept(own, first);
    await followToHead();
    expect((await derivedRows()).stats).toMatchObject([
      { contributor: chain.wallet(first), jobs_accepted: 1 },
    ]);
  });

  it("takes a job for a stranger's that stakes less for a slot than its draft asked for, as dust on chain does", async () => {
    await connection.sql`update drafts set request = '{"rewardWei": "1001"}'`;
    await connection.sql`update llm_finetune_jobs set contributors = 2`;
    await chain.openJob({ maxContributors: 2 }, 1_000n);
    await chain.openJob({ maxContributors: 32 }, 16_015n);
    const own = [
      await chain.openJob({ maxContributors: 2 }, 1_001n),
      await chain.openJob({ maxContributors: 32 }, 16_016n),
      await chain.openJob({ maxContributors: 1 }, 501n),
    ];
    await followToHead();
    const owned = async () =>
      (await derivedRows()).jobs.filter((job) => job.own).map((job) => BigInt(String(job.job_id)));
    expect(await owned()).toEqual(own);
    // Of three rounds the first stakes 335, and the others 333.
    await connection.sql`update drafts set request = '{"rewardWei": "1001", "rounds": 3}'`;
    const [short, first] = [
      await chain.openJob({ maxContributors: 2 }, 334n),
      await chain.openJob({ maxContributors: 2 }, 335n),
    ];
    await followToHead();
    expect((await owned()).filter((jobId) => jobId >= short)).toEqual([first]);
    await connection.sql`update drafts set round = 2`;
    const [less, second] = [
      await chain.openJob({ maxContributors: 2 }, 332n),
      await chain.openJob({ maxContributors: 2 }, 333n),
    ];
    await followToHead();
    expect((await owned()).filter((jobId) => jobId >= less)).toEqual([second]);
  });

  it("keeps a job that staked what its draft asked for at any time, whatever it asks since, also when followed anew", async () => {
    const { db } = connection;
    await connection.sql`update drafts set request = '{"rewardWei": "1000"}'`;
    for (const rewardWei of ["5000", "9000"])
      await db.transaction((tx) => changeDraftRequest(tx, { id: fakeCid("s"), request: { rewardWei } }));
    const one = { maxContributors: 1 };
    const [, own] = [await chain.openJob(one, 999n), await chain.openJob(one, 1_000n)];
    await followToHead();
    const owned = async () =>
      (await derivedRows()).jobs.filter((job) => job.own).map((job) => BigInt(String(job.job_id)));
    expect(await owned()).toEqual([own]);
    await accept(own, first);
    await followToHead();
    expect(await owned()).toEqual([own]);
    await reindex(db, follower());
    expect(await owned()).toEqual([own]);
  });

  it("takes a job that was mined after its data was removed for a stranger's, and one from before for its own", async () => {
    const before = await chain.openJob();
    const { timestamp } = await chain.client.getBlock();
    const removedAt = new Date(Number(timestamp) * 1_000);
    await connection.sql`update llm_finetune_jobs set content_removed_at = ${removedAt.toISOString()}`;
    await chain.client.increaseTime({ seconds: 60 });
    await chain.openJob();
    await followToHead();
    const { jobs } = await derivedRows();
    expect(jobs.filter((job) => job.own).map((job) => job.job_id)).toEqual([`${before}`]);
  });

  it("refuses a node of another chain", async () => {
    await expect(followToHead(follower({ CHAIN_ID: "137" }))).rejects.toMatchObject({
      code: "wrong-network",
    });
  });

  it("refuses a database that was filled from another chain", async () => {
    await followToHead();
    await connection.sql`update chain_cursors set chain_id = 137`;
    await expect(followToHead()).rejects.toMatchObject({ code: "wrong-network" });
  });

  it("stores a window once when two indexers read it at the same time", async () => {
    await eventfulJob();
    const [one, other] = [follower(), follower()];
    await one.assertChain();
    const outcomes = await Promise.allSettled([one.step(), other.step()]);
    expect(outcomes.some(({ status }) => status === "fulfilled")).toBe(true);
    await followToHead(one);
    const rows = await derivedRows();
    await reindex(connection.db, one);
    expect(await derivedRows()).toEqual(rows);
  });
});

describe("a reorganisation", () => {
  it("is rolled back: rows are those of the chain that remains, and of a new index of it", async () => {
    const jobId = await chain.openJob();
    await accept(jobId, first);
    const kept = await chain.client.getBlockNumber({ cacheTime: 0 });
    await followToHead();
    const before = await derivedRows();

    await accept(jobId, second);
    await submit(jobId, first, fakeCid("a"));
    await chain.openJob();
    await followToHead();
    expect((await derivedRows()).jobs).toHaveLength(2);

    const depth = Number((await chain.client.getBlockNumber({ cacheTime: 0 })) - kept);
    await chain.client.request({
      method: "anvil_reorg" as never,
      params: [depth, []] as never,
    });
    await chain.client.mine({ blocks: 1 });
    await followToHead();
    const after = await derivedRows();
    expect(after).toEqual(before);
    await reindex(connection.db, follower());
    expect(await derivedRows()).toEqual(after);
  });

  it("of blocks that were read ahead and not stored yet leaves nothing of them", async () => {
    const following = follower({ MAX_WINDOW_BLOCKS: "4" });
    await following.assertChain();
    const before = await chain.client.getBlockNumber({ cacheTime: 0 });
    await chain.client.mine({ blocks: Number(chain.startBlock + 4n - before) });
    const jobId = await chain.openJob();
    await accept(jobId, first);
    expect(await following.step()).toBe("advanced");

    const depth = Number((await chain.client.getBlockNumber({ cacheTime: 0 })) - (chain.startBlock + 4n));
    await chain.client.request({ method: "anvil_reorg" as never, params: [depth, []] as never });
    await chain.client.mine({ blocks: 1 });
    await followToHead(following);
    expect((await derivedRows()).jobs).toEqual([]);
  });

  it("deeper than the blocks on record is followed from the start", async () => {
    await eventfulJob();
    await followToHead();
    const rows = await derivedRows();
    await connection.sql`update blocks set hash = '0x00'`;
    await followToHead();
    expect(await derivedRows()).toEqual(rows);
  });
});
