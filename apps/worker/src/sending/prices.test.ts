import { encodeCompleteJob, gasWithPushes, submitAdapter } from "@trainchain/chain";
import { transactions } from "@trainchain/db";
import { changeTransaction, listQueuedTransactions, requestTransaction } from "@trainchain/db/work";
import type { Address } from "@trainchain/protocol";
import { fakeCid, roles, waitFor } from "@trainchain/testing";
import { type Hex, parseGwei, parseTransaction } from "viem";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type SenderWorld, startSenderWorld } from "../test-world/start-sender-world.ts";

let world: SenderWorld;

beforeAll(async () => {
  world = await startSenderWorld();
});
afterAll(() => world?.stop());
beforeEach(async () => {
  await world.renew();
  await baseFee("1");
});

/** Mines a block, and has the next one cost this, in gwei; whatever offers less stays with the node. */
async function baseFee(gwei: string): Promise<void> {
  await world.chain.client.setNextBlockBaseFeePerGas({ baseFeePerGas: parseGwei(gwei) });
  await world.chain.client.mine({ blocks: 1 });
}

async function prices(): Promise<bigint[]> {
  const { attempts } = await world.firstRow();
  return attempts.map(({ maxFeePerGasWei }) => BigInt(maxFeePerGasWei));
}

/** An intent whose price is raised whenever it may be, sent to a chain that mines only when the test says so. */
async function sendUnmined(limits: Parameters<SenderWorld["sender"]>[0] = {}) {
  await requestTransaction(world.connection.db, await world.releaseIntent());
  const sender = world.sender({ bumpAfterMs: 0, ...limits });
  await baseFee("1");
  await world.chain.client.setAutomine(false);
  await sender.step();
  expect(await prices()).toHaveLength(1);
  return sender;
}

it("raises the price by at least an eighth under the same nonce when a block goes by without a transaction", async () => {
  const before = await world.nonce();
  const sender = await sendUnmined();
  await baseFee("60");
  await sender.step();
  const [cheap = 0n, dear = 0n] = await prices();
  expect(dear * 8n).toBeGreaterThanOrEqual(cheap * 9n);
  await world.chain.client.mine({ blocks: 1 });
  await world.untilStatus(sender.step, "confirmed");
  const { minedHash, attempts } = await world.firstRow();
  expect(minedHash).toBe(attempts[1]?.hash);
  expect(await world.nonce()).toBe(before + 1);
});

it("offers no more while the chain stands still, however long", async () => {
  const sender = await sendUnmined();
  for (let step = 0; step < 20; step += 1) await sender.step();
  expect(await prices()).toHaveLength(1);
  expect(world.alerts()).toEqual([]);
});

it("offers no more than the limit a unit of gas, says so once, and goes on by itself when prices fall", async () => {
  const maxFeePerGasWei = parseGwei("40");
  const sender = await sendUnmined({ limits: { maxFeePerGasWei } });
  for (let block = 0; block < 12; block += 1) {
    await baseFee("500");
    await sender.step();
  }
  expect((await prices()).at(-1)).toBe(maxFeePerGasWei);
  expect(world.alerts()).toHaveLength(1);
  expect((await world.firstRow()).error).toMatchObject({
    code: "not-ready",
    message: expect.stringContaining("40 gwei"),
    fix: expect.stringContaining("MAX_FEE_PER_GAS_WEI"),
  });
  await baseFee("1");
  await sender.step();
  await world.chain.client.mine({ blocks: 1 });
  await world.untilStatus(sender.step, "confirmed");
  expect((await world.firstRow()).error).toBeNull();
});

it("offers no more than the limit for a transaction in all, whatever gas it is given", async () => {
  const maxFeeWei = 60_000n * parseGwei("40");
  const sender = await sendUnmined({ limits: { maxFeeWei } });
  for (let block = 0; block < 12; block += 1) {
    await baseFee("500");
    await sender.step();
  }
  for (const { raw } of (await world.firstRow()).attempts) {
    const { gas = 0n, maxFeePerGas = 0n } = parseTransaction(raw as `0x02${string}`);
    expect(gas * maxFeePerGas).toBeLessThanOrEqual(maxFeeWei);
  }
  expect(world.alerts()).toHaveLength(1);
});

it("takes no nonce for a call that may offer less than the market asks, says so once, and sends the next one", async () => {
  const limits = await twoCalls();
  await world.chain.client.setAutomine(false);
  await baseFee("975");
  const sender = world.sender({ bumpAfterMs: 0, limits });
  for (let step = 0; step < 3; step += 1) await sender.step();
  expect(await world.rows()).toMatchObject([
    { status: "queued", nonce: null, attempts: [], error: { code: "not-ready" } },
    { status: "sent", attempts: [{}] },
  ]);
  expect(world.alerts()).toEqual([expect.objectContaining({ msg: "put off" })]);
  await expectBothConfirmed(sender);
});

it("cancels a call that the market has left behind, so that the next one goes on, and sends it when prices fall", async () => {
  const before = await world.nonce();
  const limits = await twoCalls();
  await world.chain.client.setAutomine(false);
  const sender = world.sender({ bumpAfterMs: 0, limits });
  await sender.step();
  for (let block = 0; block < 2; block += 1) {
    await baseFee("975");
    await sender.step();
  }
  const { attempts, nonce } = await world.firstRow();
  const {
    to,
    value = 0n,
    data = "0x",
    gas,
    ...last
  } = parseTransaction(attempts.at(-1)?.raw as `0x02${string}`);
  expect({ to, value, data, gas, nonce: last.nonce }).toEqual({
    to: world.account.address.toLowerCase(),
    value: 0n,
    data: "0x",
    gas: 21_000n,
    nonce: Number(nonce),
  });
  await baseFee("975");
  await sender.step();
  expect(await world.rows()).toMatchObject([
    { status: "queued", nonce: null, attempts: [], error: { code: "not-ready" } },
    { status: "confirmed" },
  ]);
  expect(world.alerts()).toEqual([expect.objectContaining({ msg: "stuck" })]);
  await expectBothConfirmed(sender);
  expect(await world.nonce()).toBe(before + 3);
});

it("neither what is stuck nor what is put off hides what can be sent", async () => {
  const { db } = world.connection;
  const foreign = { toAddress: world.account.address, data: "0x", valueWei: 0n };
  const numbers = Array.from({ length: 100 }, (_, index) => index);
  await db
    .insert(transactions)
    .values(numbers.map((id) => ({ ...foreign, purpose: `stuck/${id}`, status: "sent" as const })));
  await db
    .insert(transactions)
    .values(numbers.map((id) => ({ ...foreign, purpose: `dear/${id}`, status: "queued" as const })));
  for (const row of await listQueuedTransactions(db)) await changeTransaction(db, row, { error: null });
  await requestTransaction(db, await world.releaseIntent());
  for (const row of await listQueuedTransactions(db)) await changeTransaction(db, row, { error: null });
  expect((await listQueuedTransactions(db)).map(({ purpose }) => purpose.split("/")[0])).toContain(
    "releaseSlot",
  );
});

/** A completion, then a release, asked for; and limits by which only the release, of less gas, may offer 1,000 gwei. */
async function twoCalls(): Promise<{ maxFeeWei: bigint }> {
  const { chain, account, connection } = world;
  const contributor = chain.wallet(roles.firstContributor);
  const jobId = await chain.openJob();
  await world.accept(jobId, roles.firstContributor);
  const delivery = { escrow: chain.escrow, jobId, contributor, adapterCid: fakeCid("a") };
  await chain.mined(submitAdapter(chain.signer(roles.firstContributor), delivery));
  const call = { escrow: chain.escrow, jobId, resultCid: fakeCid("b"), contributors: [contributor] };
  const completion = { purpose: `completeJob/${chain.escrow}/${jobId}`, ...encodeCompleteJob(call) };
  const gas: bigint[] = [];
  for (const { purpose, to, data } of [completion, await world.releaseIntent()]) {
    await requestTransaction(connection.db, { purpose, to, data });
    const needed = await chain.client.estimateGas({ account, to: to as Address, data: data as Hex });
    gas.push(gasWithPushes(needed, purpose.split("/")[0] ?? "", 1));
  }
  const [dear = 0n, cheap = 0n] = gas;
  expect(dear).toBeGreaterThan((cheap * 11n) / 10n);
  return { maxFeeWei: ((dear + cheap) / 2n) * parseGwei("1000") };
}

async function expectBothConfirmed(sender: { step: () => Promise<void> }): Promise<void> {
  await world.chain.client.setAutomine(true);
  await baseFee("1");
  await waitFor("both to be confirmed", async () => {
    await sender.step();
    return (await world.rows()).every(({ status, error }) => status === "confirmed" && !error);
  });
}
