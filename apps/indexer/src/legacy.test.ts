import { legacyAbi, legacyBytecode } from "@trainchain/chain/testing";
import { type Connection, connect } from "@trainchain/db";
import { type EscrowChain, type Postgres, roles, startEscrowChain, startPostgres } from "@trainchain/testing";
import type { Address } from "viem";
import { deployContract, writeContract } from "viem/actions";
import { afterAll, beforeAll, expect, it } from "vitest";
import { followToHead, indexerOf } from "./testing/indexer-world.ts";

let postgres: Postgres;
let chain: EscrowChain;
let connection: Connection;
let legacy: Address;

beforeAll(async () => {
  [postgres, chain] = await Promise.all([startPostgres(), startEscrowChain()]);
  const signer = chain.signer(roles.deployer);
  const receipt = await chain.mined(
    deployContract(signer, { abi: legacyAbi, bytecode: legacyBytecode, args: [] }),
  );
  legacy = receipt.contractAddress ?? "0x";
});
afterAll(async () => {
  await connection?.close();
  await Promise.all([postgres?.stop(), chain?.stop()]);
});

it("shows a predecessor's jobs with their status, and counts them for their contributors", async () => {
  const signer = chain.signer(roles.deployer);
  const emit = (functionName: string, ...args: unknown[]) =>
    chain.mined(writeContract(signer, { address: legacy, abi: legacyAbi, functionName, args } as never));
  const requester = chain.wallet(roles.requester);
  const [one, other] = [chain.wallet(roles.firstContributor), chain.wallet(roles.firstContributor + 1)];

  await emit("emitJobCreated", 1n, requester, 100n);
  await emit("emitJobAccepted", 1n, one);
  await emit("emitJobCompleted", 1n, one, 100n, "QmModel");
  await emit("emitFedJobCreated", 2n, requester, 2, 200n);
  await emit("emitFedJobSlotAccepted", 2n, one, 0);
  await emit("emitFedJobSlotAccepted", 2n, other, 1);
  await emit("emitAdapterSubmitted", 2n, one, "QmOne", 1);
  await emit("emitAdapterSubmitted", 2n, other, "QmOther", 2);
  await emit("emitFedJobCompleted", 2n, requester, "QmMerged", 100n);
  await emit("emitJobCreated", 3n, requester, 50n);
  await emit("emitJobCancelled", 3n, requester);
  await emit("emitJobCreated", 4n, requester, 50n);
  await emit("emitJobAccepted", 4n, other);
  await emit("emitJobFailed", 4n, other);

  connection = connect(await postgres.createDatabase());
  const settings = { LEGACY_ESCROW_ADDRESS: legacy, LEGACY_START_BLOCK: "0" };
  await followToHead(indexerOf({ chain, connection }, settings));

  const jobs = await connection.sql`select job_id, kind, status, result_cid from jobs order by job_id`;
  expect(jobs.map(({ kind, status, result_cid }) => [kind, status, result_cid])).toEqual([
    ["image-classification", "completed", "QmModel"],
    ["llm-finetune", "completed", "QmMerged"],
    ["image-classification", "cancelled", null],
    ["image-classification", "expired", null],
  ]);
  const stats = await connection.sql`
    select contributor, jobs_accepted, jobs_ended, jobs_completed, jobs_active, earned_wei from contributor_stats`;
  expect(stats.find(({ contributor }) => contributor === one)).toMatchObject({
    jobs_accepted: 2,
    jobs_ended: 2,
    jobs_completed: 2,
    jobs_active: 0,
    // What was paid there anybody could have paid to itself.
    earned_wei: "0",
  });
  expect(stats.find(({ contributor }) => contributor === other)).toMatchObject({
    jobs_accepted: 2,
    jobs_completed: 1,
  });
  expect(await connection.sql`select * from pgboss.job`).toHaveLength(0);
});
