import { encodeSubmitAdapterBySig, signSubmission } from "@trainchain/chain";
import { requestTransaction } from "@trainchain/db/work";
import type { Address } from "@trainchain/protocol";
import { fakeCid, roles, testWallet, waitFor } from "@trainchain/testing";
import type { Hex, LocalAccount } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type SenderWorld, startSenderWorld } from "../test-world/start-sender-world.ts";
import { gasLimits } from "./limits.ts";

const first = roles.firstContributor;
/** A contract that answers every call by going round in circles until its gas is gone. */
const eatsGas = "0x5b600056";
/** A contract that vouches for everything (EIP-1271), at once. */
const vouches = "0x631626ba7e60e01b60005260206000f3";
/** The code of an account that points at another's (EIP-7702). */
const pointsAt = (address: Address): Hex => `0xef0100${address.slice(2)}`;
let world: SenderWorld;

beforeAll(async () => {
  world = await startSenderWorld();
});
afterAll(() => world?.stop());
beforeEach(() => world.renew());

const freshKey = () => privateKeyToAccount(generatePrivateKey());
const addressOf = ({ address }: LocalAccount) => address.toLowerCase() as Address;
const place = (address: Address, bytecode: Hex) => world.chain.client.setCode({ address, bytecode });

/** A slot of a new job, whose submission is signed and waits for its relay; returns the job. */
async function deliver(
  signer: LocalAccount,
  { index = first, delegate, job }: { index?: number; delegate?: Address; job?: bigint } = {},
): Promise<bigint> {
  const jobId = job ?? (await world.chain.openJob());
  await world.accept(jobId, index, delegate);
  await ask(signer, { jobId, index });
  return jobId;
}

/** Has a submission of a slot signed and its relay asked for; another `content` is another file. */
async function ask(
  signer: LocalAccount,
  { jobId, index = first, content = "a" }: { jobId: bigint; index?: number; content?: string },
): Promise<void> {
  const { escrow, version, wallet } = world.chain;
  const submission = { jobId, contributor: wallet(index), adapterCid: fakeCid(content) };
  const signature = await signSubmission(signer, { chainId: 80_002, escrow, version }, submission);
  const { to, data } = encodeSubmitAdapterBySig({ escrow, ...submission, signature });
  const purpose = `submitAdapterBySig/${escrow}/${jobId}/${wallet(index)}/${content}`;
  await requestTransaction(world.connection.db, { purpose, to, data });
}

const balance = () => world.chain.client.getBalance(world.account);

async function expectRefusal(error: object): Promise<void> {
  const before = [await world.nonce(), await balance()];
  await world.untilStatus(world.sender().step, "refused");
  expect((await world.firstRow()).error).toMatchObject(error);
  expect([await world.nonce(), await balance()]).toEqual(before);
}

const notByKey = {
  code: "signature-invalid",
  message: expect.stringContaining("a contract would have to vouch"),
  fix: expect.stringContaining("Send submitAdapter from your own wallet"),
};

it("a submission that a key signed is relayed with little more gas than it needs: the wallet's, or its delegate's", async () => {
  const delegate = freshKey();
  await deliver(testWallet(first));
  await deliver(delegate, { delegate: addressOf(delegate) });
  const sender = world.sender();
  await waitFor("both to be relayed", async () => {
    await sender.step();
    return (await world.rows()).every(({ status }) => status === "confirmed");
  });
  for (const { gasUsed } of await world.rows()) expect(gasUsed).toBeLessThan(110_000n);
});

it("a delegate that is a contract has nothing relayed, whether it would vouch or eat all the gas", async () => {
  for (const code of [vouches, eatsGas] as const) {
    await world.renew();
    const delegate = addressOf(freshKey());
    await place(delegate, code);
    await deliver(testWallet(first), { delegate });
    await expectRefusal(notByKey);
  }
});

it("a contributor that is a contract, or whose account points at one, is relayed by the key of its delegate only", async () => {
  const index = first + 1;
  const contributor = world.chain.wallet(index);
  const target = addressOf(freshKey());
  await place(target, eatsGas);
  await deliver(testWallet(index), { index });
  await place(contributor, pointsAt(target));
  await expectRefusal(notByKey);

  await world.renew();
  await place(contributor, "0x");
  const delegate = freshKey();
  await deliver(delegate, { index, delegate: addressOf(delegate) });
  await place(contributor, pointsAt(target));
  await world.untilStatus(world.sender().step, "confirmed");
  await place(contributor, "0x");
});

it("an address that has no code yet burns no more than the limit when it has some before the block", async () => {
  const delegate = addressOf(freshKey());
  await deliver(testWallet(first), { delegate });
  await world.chain.client.setAutomine(false);
  const sender = world.sender();
  await sender.step();
  expect((await world.firstRow()).status).toBe("sent");
  await place(delegate, eatsGas);
  await world.chain.client.mine({ blocks: 1 });
  await world.untilStatus(sender.step, "reverted");
  expect((await world.firstRow()).gasUsed).toBeLessThanOrEqual(gasLimits.submitAdapterBySig);
});

it("where contracts are relayed by setting, one that eats its gas spends what the escrow leaves it, and no more", async () => {
  const limits = { relayContractSigners: true };
  const delegate = addressOf(freshKey());
  await place(delegate, vouches);
  await deliver(testWallet(first), { delegate });
  await world.untilStatus(world.sender({ limits }).step, "confirmed");

  await world.renew();
  await place(delegate, eatsGas);
  await deliver(testWallet(first), { delegate });
  await world.untilStatus(world.sender({ limits }).step, "confirmed");
  // 50,000 for its answer; then the wallet's own signature counts.
  const { gasUsed } = await world.firstRow();
  expect(gasUsed).toBeGreaterThan(90_000n);
  expect(gasUsed).toBeLessThan(110_000n);
});

it("a signature of nobody is told so and sent nowhere", async () => {
  await deliver(freshKey());
  await expectRefusal({ code: "signature-invalid", message: expect.stringContaining("neither by") });
});

it("no wallet and no slot has more relayed in a day than its gas, by whatever process", async () => {
  const gas = gasLimits.submitAdapterBySig;
  const spend = async (limits: { relayGasPerWallet?: bigint; relayGasPerSlot?: bigint }) => {
    const sender = world.sender({ limits });
    await waitFor("every relay to be decided", async () => {
      await sender.step();
      return (await world.rows()).every(({ status }) => status !== "queued" && status !== "sent");
    });
    return (await world.rows()).map(({ status, error }) => error?.message ?? status);
  };
  const index = first + 2;
  await deliver(testWallet(index), { index });
  expect(await spend({ relayGasPerWallet: gas })).toEqual(["confirmed"]);
  // The process is another one, the wallet's job too; its gas is the same.
  const second = await deliver(testWallet(index), { index });
  await deliver(testWallet(index + 1), { index: index + 1, job: second });
  const [, ofWallet, other] = await spend({ relayGasPerWallet: gas });
  expect([ofWallet, other]).toEqual([
    `what is relayed for ${world.chain.wallet(index)} in a day has been relayed`,
    "confirmed",
  ]);

  await world.renew();
  const job = await deliver(testWallet(index), { index });
  await deliver(testWallet(index + 1), { index: index + 1, job });
  expect(await spend({ relayGasPerSlot: gas })).toEqual(["confirmed", "confirmed"]);
  await world.connection
    .sql`update transactions set status = 'queued', attempts = '[]', nonce = null where id = 1`;
  const ofSlot = `what is relayed for the slot of ${world.chain.wallet(index)} in job ${job} in a day has been relayed`;
  expect(await spend({ relayGasPerSlot: gas })).toEqual([ofSlot, "confirmed"]);

  // A day later it is asked for again.
  await world.connection.sql`update relays set sent_at = sent_at - interval '25 hours'`;
  await world.connection.sql`update transactions set status = 'queued' where status = 'refused'`;
  expect(await spend({ relayGasPerSlot: gas })).toEqual(["confirmed", "confirmed"]);
});

it("wallets that were never paid have no more relayed in a day all together, but for slots that the platform took", async () => {
  const gas = gasLimits.submitAdapterBySig;
  const { sql } = world.connection;
  const spend = async (most = 8n) => {
    const sender = world.sender({ limits: { relayGasOfNewcomers: most * gas } });
    await waitFor("every relay to be decided", async () => {
      await sender.step();
      return (await world.rows()).every(({ status }) => status !== "queued" && status !== "sent");
    });
    return (await world.rows()).map(({ status }) => status);
  };
  await sql`insert into contributor_stats (contributor, jobs_accepted, jobs_ended, jobs_completed, jobs_active,
      earned_wei, requesters, standing, member_since)
    values (${world.chain.wallet(first + 3)}, 1, 1, 1, 0, 1, 1, 1, now())`;
  for (const index of [first, first + 1]) await deliver(testWallet(index), { index });
  expect(await spend()).toEqual(["confirmed", "confirmed"]);
  // As if each were of many.
  await sql`update relays set gas = ${(4n * gas).toString()}`;
  const third = await deliver(testWallet(first + 2), { index: first + 2 });
  await deliver(testWallet(first + 3), { index: first + 3 });
  expect((await spend()).slice(2)).toEqual(["refused", "confirmed"]);
  await sql`insert into relays (escrow, job_id, contributor, call, gas)
    values (${world.chain.escrow}, ${third.toString()}, ${world.chain.wallet(first + 2)}, 'acceptJobBySig', 60000)`;
  await sql`update transactions set status = 'queued' where status = 'refused'`;
  expect((await spend())[2]).toBe("confirmed");

  await world.renew();
  const listed = async (index: number, bondWei: number) => {
    const jobId = await deliver(testWallet(index), { index });
    await world.connection.sql`
      insert into jobs (escrow, job_id, kind, requester, spec_cid, min_contributors, max_contributors, own,
        training_period_seconds, review_period_seconds, bond_wei, stake_wei, fee_bps, aggregator, status, slots_taken,
        slots_submitted, created_at)
      values (${world.chain.escrow}, ${jobId.toString()}, 'kind', 'one', 'spec', 1, 1, true, 60, 60, ${bondWei}, 1, 0, 'a',
        'open', 1, 0, now())`;
  };
  for (const [index, bondWei] of [0, 0, 1].entries()) await listed(first + index, bondWei);
  expect(await spend(4n)).toEqual(["confirmed", "refused", "confirmed"]);
});

it("one slot has one relay under way, however many files and signatures it hands in, and takes no other slot's gas", async () => {
  const jobId = await deliver(testWallet(first));
  const other = first + 1;
  for (const content of "bcdefghi") await ask(testWallet(first), { jobId, content });
  await world.chain.client.setAutomine(false);
  const sender = world.sender({ limits: { relayGasPerSlot: gasLimits.submitAdapterBySig } });
  for (let step = 0; step < 12; step += 1) await sender.step();
  const before = await world.rows();
  expect(before.filter(({ status }) => status !== "queued")).toEqual([before[0]]);
  expect(await world.connection.sql`select gas from relays`).toHaveLength(1);

  await world.chain.client.setAutomine(true);
  await world.chain.client.mine({ blocks: 1 });
  await deliver(testWallet(other), { index: other, job: jobId });
  await waitFor("every relay to be decided", async () => {
    await sender.step();
    return (await world.rows()).every(({ status }) => status !== "queued" && status !== "sent");
  });
  const sent = (await world.rows()).filter(({ attempts }) => attempts.length > 0);
  expect(sent.map(({ purpose, status }) => [purpose.split("/")[3], status])).toEqual([
    [world.chain.wallet(first), "confirmed"],
    [world.chain.wallet(other), "confirmed"],
  ]);
});

describe("on the escrow's first version, which leaves a contract all the gas there is", () => {
  beforeAll(async () => {
    await world.stop();
    world = await startSenderWorld({ version: "1" });
  });

  it("where contracts are relayed by setting, one that needs more than the limit is not", async () => {
    const limits = { relayContractSigners: true };
    const delegate = addressOf(freshKey());
    await place(delegate, vouches);
    await deliver(testWallet(first), { delegate });
    await world.untilStatus(world.sender({ limits }).step, "confirmed");

    await world.renew();
    await place(delegate, eatsGas);
    await deliver(testWallet(first), { delegate });
    const before = await balance();
    await world.untilStatus(world.sender({ limits }).step, "refused");
    expect((await world.firstRow()).error?.message).toContain("needs more than 200000 gas");
    expect(await balance()).toBe(before);
  });
});
