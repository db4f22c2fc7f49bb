import { requestTransaction } from "@trainchain/db/work";
import { parseGwei, parseTransaction } from "viem";
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

it("signs a transaction at the limit where the market asks for more from the start, and waits", async () => {
  await requestTransaction(world.connection.db, await world.releaseIntent());
  await world.chain.client.setAutomine(false);
  await baseFee("500");
  const sender = world.sender({ bumpAfterMs: 0, limits: { maxFeePerGasWei: parseGwei("40") } });
  await sender.step();
  expect(await prices()).toEqual([parseGwei("40")]);
  await baseFee("500");
  await sender.step();
  expect(world.alerts()).toHaveLength(1);
  await baseFee("1");
  await sender.step();
  await world.chain.client.mine({ blocks: 1 });
  await world.untilStatus(sender.step, "confirmed");
  expect(await prices()).toEqual([parseGwei("40")]);
});
