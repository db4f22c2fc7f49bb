import { acceptJob, completeJob, submitAdapter } from "@trainchain/chain";
import { type Connection, connect } from "@trainchain/db";
import { type ContributorRank, listContributors } from "@trainchain/db/market";
import {
  type EscrowChain,
  fakeCid,
  type Postgres,
  roles,
  startEscrowChain,
  startPostgres,
} from "@trainchain/testing";
import { pino } from "pino";
import { parseEther, zeroAddress } from "viem";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { createIndexer } from "./app.ts";
import { readEnv } from "./env.ts";
import { reindex } from "./reindex.ts";

let postgres: Postgres;
let chain: EscrowChain;
let connection: Connection;
let databaseUrl: string;
let snapshot: `0x${string}`;
const log = pino({ level: "silent" });
const [farmer, honest, loyal] = [
  roles.firstContributor,
  roles.firstContributor + 1,
  roles.firstContributor + 2,
] as const;
/** The farmer's other wallet, and other people. */
const [farmersOwn, ...requesters] = [roles.stranger, roles.requester, 7, 8, 9] as const;

beforeAll(async () => {
  [postgres, chain] = await Promise.all([startPostgres(), startEscrowChain()]);
});
afterAll(async () => {
  await Promise.all([postgres?.stop(), chain?.stop()]);
});
beforeEach(async () => {
  snapshot = await chain.client.snapshot();
  databaseUrl = await postgres.createDatabase();
  connection = connect(databaseUrl);
  for (const requester of [farmersOwn, ...requesters]) await prepare(requester);
});
afterEach(async () => {
  await connection.close();
  await chain.client.revert({ id: snapshot });
});

const specOf = (requester: number) => fakeCid("klmnopqrst"[requester] ?? "k");

/** A draft that the platform prepared for a requester, as far as an indexer looks at it. */
async function prepare(requester: number): Promise<void> {
  const { sql } = connection;
  const specCid = specOf(requester);
  await sql`insert into drafts (id, kind, requester, upload_id, request)
    values (${specCid}, 'llm-finetune', ${chain.wallet(requester)}, 'upload', '{}')`;
  await sql`insert into llm_finetune_jobs (draft_id, spec_cid, spec, model_name, model_revision, contributors,
      dataset_format, rows, holdout_rows, holdout_cid, shard_assignments)
    values (${specCid}, ${specCid}, '{}', 'toy', 'local', 1, 'jsonl', 10, 1, 'holdout', '[]')`;
}

/** A job of one slot, from its creation to its payment; the gas of all its transactions together. */
async function paidJob(requester: number, contributor: number, stakeWei: bigint): Promise<bigint> {
  const { escrow, client } = chain;
  const before = await client.getBlockNumber({ cacheTime: 0 });
  const jobId = await chain.openJob({ maxContributors: 1, specCid: specOf(requester) }, stakeWei, requester);
  const wallet = chain.wallet(contributor);
  const signer = chain.signer(contributor);
  await chain.mined(acceptJob(signer, { escrow, jobId, delegate: zeroAddress, bondWei: 0n }));
  await chain.mined(submitAdapter(signer, { escrow, jobId, contributor: wallet, adapterCid: fakeCid("a") }));
  const end = { escrow, jobId, resultCid: fakeCid("d"), contributors: [wallet] };
  await chain.mined(completeJob(chain.signer(roles.aggregator), end));
  const after = await client.getBlockNumber({ cacheTime: 0 });
  const numbers = Array.from({ length: Number(after - before) }, (_, index) => before + BigInt(index) + 1n);
  const blocks = await Promise.all(numbers.map((blockNumber) => client.getBlock({ blockNumber })));
  return blocks.reduce((sum, { gasUsed }) => sum + gasUsed, 0n);
}

function follower() {
  const env = readEnv({
    DATABASE_URL: databaseUrl,
    ...chain.settings,
  });
  return createIndexer(env, connection, log);
}

/** The pool as the site shows it: who, paid by how many, and how much in wei. */
async function pool(sort: ContributorRank = "standing") {
  const following = follower();
  await following.assertChain();
  while ((await following.step()) !== "idle");
  const found = await listContributors(connection.db, { sort, after: undefined, limit: 10 });
  const names: Record<string, string> = {
    [chain.wallet(farmer)]: "farmer",
    [chain.wallet(honest)]: "honest",
    [chain.wallet(loyal)]: "loyal",
  };
  return found.map(({ stats }) => [names[stats.contributor], stats.requesters, stats.earnedWei]);
}

it("jobs of dust that somebody makes for itself buy a number of jobs, and no place before paid work", async () => {
  let gas = 0n;
  for (let count = 0; count < 6; count++) gas += await paidJob(farmersOwn, farmer, 1n);
  await paidJob(roles.requester, honest, parseEther("0.5"));
  expect(await pool()).toEqual([
    ["honest", 1, parseEther("0.5")],
    ["farmer", 1, 6n],
  ]);
  // What it buys: first among those who completed most, for the gas alone.
  expect((await pool("jobsCompleted"))[0]?.[0]).toBe("farmer");
  expect(Number(gas) / 6).toBeGreaterThan(150_000);
  expect(Number(gas) / 6).toBeLessThan(350_000);
});

it("what many requesters paid counts more than as much of one, however many jobs that was", async () => {
  for (const requester of requesters) await paidJob(requester, honest, parseEther("0.25"));
  for (let count = 0; count < 8; count++) await paidJob(farmersOwn, loyal, parseEther("0.25"));
  expect(await pool()).toEqual([
    ["honest", 4, parseEther("1")],
    ["loyal", 1, parseEther("2")],
  ]);
});

it("as many requesters as one likes that pay dust count as little as what they paid", async () => {
  for (const requester of requesters) await paidJob(requester, farmer, 1_000n);
  await paidJob(farmersOwn, loyal, parseEther("0.25"));
  expect(await pool()).toEqual([
    ["loyal", 1, parseEther("0.25")],
    ["farmer", 4, 4_000n],
  ]);
});

it("following the chain again gives the same standing, to the bit", async () => {
  for (const requester of requesters) await paidJob(requester, honest, parseEther("0.3") + BigInt(requester));
  const standing = async () => {
    await pool();
    return connection.sql`select contributor, requesters, standing from contributor_stats`;
  };
  const before = await standing();
  await reindex(connection.db, follower());
  expect(await standing()).toEqual(before);
  expect(Number(before[0]?.standing)).toBeCloseTo(4 * Math.sqrt(0.3), 9);
});
