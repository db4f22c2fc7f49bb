import { acceptJob, completeJob, submitAdapter } from "@trainchain/chain";
import type { Connection } from "@trainchain/db";
import { type ContributorRank, listContributors } from "@trainchain/db/market";
import { type EscrowChain, fakeCid, roles } from "@trainchain/testing";
import { parseEther, zeroAddress } from "viem";
import { expect, it } from "vitest";
import { reindex } from "./reindex.ts";
import { beginEach, followToHead, indexerOf, insertDraft } from "./testing/indexer-world.ts";

let chain: EscrowChain;
let connection: Connection;
const [farmer, honest, loyal] = [
  roles.firstContributor,
  roles.firstContributor + 1,
  roles.firstContributor + 2,
] as const;
/** The farmer's other wallet, and other people. */
const [farmersOwn, ...requesters] = [roles.stranger, roles.requester, 7, 8, 9] as const;

beginEach(async (world) => {
  ({ chain, connection } = world);
  for (const requester of [farmersOwn, ...requesters])
    await insertDraft(connection, specOf(requester), chain.wallet(requester));
});

const specOf = (requester: number) => fakeCid("klmnopqrst"[requester] ?? "k");

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

const follower = () => indexerOf({ chain, connection });

/** The pool as the site shows it: who, paid by how many, and how much in wei. */
async function pool(sort: ContributorRank = "standing") {
  await followToHead(follower());
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
