import { useDatabase } from "@trainchain/testing/use-database";
import { beforeEach, expect, it } from "vitest";
import { assertPlatform, findPlatform, recordPlatform, untilPlatform } from "./platform-record.ts";

const own = {
  chainId: 80_002,
  escrow: `0x${"e".repeat(40)}`,
  aggregator: `0x${"a".repeat(40)}`,
};
const moved = { ...own, escrow: `0x${"f".repeat(40)}` };
const { signal } = new AbortController();
const refused = { code: "configuration-invalid" };

const connection = useDatabase();
beforeEach(async () => {
  await connection.pool.query("truncate platform_records, jobs, slots, drafts, llm_finetune_jobs");
});

/** A job of the first escrow, of a spec that was prepared here unless it says otherwise. */
async function insertJob(
  number: number,
  { status = "open", slot = "submitted", isOwn = true, isPrepared = true } = {},
) {
  const { sql } = connection;
  const specCid = isPrepared ? `spec${number}` : null;
  await sql`
    insert into jobs (escrow, job_id, kind, requester, spec_cid, min_contributors, max_contributors, own,
      training_period_seconds, review_period_seconds, bond_wei, stake_wei, fee_bps, aggregator, status, slots_taken,
      slots_submitted, created_at)
    values (${own.escrow}, ${number}, 'llm-finetune', 'requester', ${specCid}, 1, 1, ${isOwn}, 60, 60, 0, 100, 0,
      ${own.aggregator}, ${status}, 1, 1, now())`;
  await sql`
    insert into slots (escrow, job_id, contributor, slot, delegate, status, accepted_at)
    values (${own.escrow}, ${number}, 'contributor', 0, '', ${slot}, now())`;
  if (isPrepared)
    await sql`
      insert into llm_finetune_jobs (draft_id, spec_cid, spec, model_name, model_revision, contributors, dataset_format,
        rows, holdout_rows, holdout_cid, shard_assignments)
      values (${`draft${number}`}, ${specCid}, '{}', 'toy', 'local', 1, 'jsonl', 10, 1, 'holdout', '[]')`;
}

it("the first start records where the platform stands; who is set to anything else is refused in one line", async () => {
  const { db } = connection;
  expect(await findPlatform(db)).toBeUndefined();
  const waiting = untilPlatform(db, own, signal);
  await recordPlatform(db, own, signal);
  await waiting;
  expect(await findPlatform(db)).toEqual(own);
  for (const change of [{ chainId: 137 }, { escrow: moved.escrow }, { aggregator: moved.escrow }]) {
    const other = { ...own, ...change };
    const error = await untilPlatform(db, other, signal).catch((thrown) => thrown);
    expect(error).toMatchObject({ ...refused, fix: expect.stringContaining("Set CHAIN_ID, ESCROW_ADDRESS") });
    expect(error.message).toContain(own.escrow);
    expect(error.message).toContain(String(Object.values(change)[0]));
    expect(error.message).not.toContain("\n");
    expect(() => assertPlatform(own, other)).toThrow(error.message);
  }
  assertPlatform(undefined, own);
});

it("another escrow is recorded once no job of the platform is open, and none has an undecided refusal", async () => {
  const { db, sql } = connection;
  await recordPlatform(db, own, signal);
  await insertJob(1);
  await insertJob(2, { status: "completed", slot: "rejection-appealed" });
  await insertJob(3, { status: "completed" });
  await insertJob(4, { isOwn: false });
  await insertJob(5, { isPrepared: false });
  const error = await recordPlatform(db, moved, signal).catch((thrown) => thrown);
  expect(error).toMatchObject({ ...refused, fix: expect.stringContaining("must stay") });
  expect(error.message).toMatch(/^2 jobs are open \(2 of escrow 0xe+, aggregator 0xa+\)/);
  expect(await findPlatform(db)).toEqual(own);

  await sql`update jobs set status = 'completed' where job_id = 1`;
  await expect(recordPlatform(db, moved, signal)).rejects.toThrow(/^1 job is open/);
  await sql`update slots set status = 'rejected' where job_id = 2`;
  await recordPlatform(db, moved, signal);
  expect(await findPlatform(db)).toEqual(moved);
});

it("a first record leaves no open jobs of another escrow behind either", async () => {
  const { db } = connection;
  await insertJob(1);
  await expect(recordPlatform(db, moved, signal)).rejects.toMatchObject(refused);
  expect(await findPlatform(db)).toBeUndefined();
  await recordPlatform(db, own, signal);
});

it("another aggregator or chain is refused while jobs are open; a lost key's record can be removed", async () => {
  const { db, sql } = connection;
  await recordPlatform(db, own, signal);
  await insertJob(1);
  const rekeyed = { ...own, aggregator: moved.escrow };
  await expect(recordPlatform(db, rekeyed, signal)).rejects.toMatchObject(refused);
  await expect(recordPlatform(db, { ...own, chainId: 137 }, signal)).rejects.toMatchObject(refused);
  await sql`delete from platform_records`;
  await recordPlatform(db, rekeyed, signal);
  expect(await findPlatform(db)).toEqual(rekeyed);
});

it("of workers that start at once all find the same record", async () => {
  const { db } = connection;
  await Promise.all([own, own, own].map((one) => recordPlatform(db, one, signal)));
  expect(await findPlatform(db)).toEqual(own);
});
