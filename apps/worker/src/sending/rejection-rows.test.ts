import {
  acceptJob,
  completeJob,
  encodeEnforceRejection,
  encodeRejectAdapter,
  getSlot,
  getWithdrawableWei,
  rejectAdapter,
  submitAdapter,
} from "@trainchain/chain";
import { requestTransaction } from "@trainchain/db/work";
import { fakeCid, roles } from "@trainchain/testing";
import { zeroAddress } from "viem";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type SenderWorld, startSenderWorld } from "../test-world/start-sender-world.ts";

/* What the aggregator's key signs for an escrow of the second version, where a refusal may burn a bond. */

let world: SenderWorld;
let jobId: bigint;
const index = roles.firstContributor;
const named = () => ({ escrow: world.chain.escrow, jobId, contributor: world.chain.wallet(index) });
const status = async () => (await getSlot(world.chain.client, named())).status;

beforeAll(async () => {
  world = await startSenderWorld({ version: "2" });
});
afterAll(() => world?.stop());
beforeEach(async () => {
  await world.renew();
  jobId = await world.chain.openJob({ referee: world.chain.wallet(roles.stranger), reviewPeriod: 86_400 });
  await world.accept(jobId, index);
  const delivery = { ...named(), adapterCid: fakeCid("a") };
  await world.chain.mined(submitAdapter(world.chain.signer(index), delivery));
});

async function ask(verb: string, { to, data }: { to: `0x${string}`; data: `0x${string}` }): Promise<void> {
  const { escrow, contributor } = named();
  const purpose = `${verb}/${escrow}/${jobId}/${contributor}`;
  await requestTransaction(world.connection.db, { purpose, to, data });
}

const rejection = (provable?: boolean) =>
  encodeRejectAdapter({ ...named(), reasonCid: fakeCid("r"), provable });

it.each([
  ["calls a refusal provable, which would burn a bond", true],
  ["is written as for the first version", undefined],
])("a row that %s is refused and is an alert", async (_, provable) => {
  await ask("rejectAdapter", rejection(provable));
  await world.untilStatus(world.sender().step, "refused");
  expect((await world.firstRow()).error).toMatchObject({ code: "forbidden" });
  expect(world.alerts()).toHaveLength(1);
  expect(await status()).toBe("submitted");
});

it("a refusal is sent, and takes effect with a call of its own once nobody appealed for a day", async () => {
  await ask("rejectAdapter", rejection(false));
  await world.untilStatus(world.sender().step, "confirmed");
  expect(await status()).toBe("rejection-pending");

  await world.renew();
  await ask("rejectAdapter", rejection(false));
  await world.untilStatus(world.sender().step, "confirmed");

  await world.renew();
  await ask("enforceRejection", encodeEnforceRejection(named()));
  await world.untilStatus(world.sender().step, "refused");
  expect((await world.firstRow()).error).toMatchObject({ code: "not-ready" });

  await world.renew();
  await world.chain.travel(86_401);
  await ask("enforceRejection", encodeEnforceRejection(named()));
  await world.untilStatus(world.sender().step, "confirmed");
  expect(await status()).toBe("rejected");

  await world.renew();
  const before = await world.nonce();
  await ask("enforceRejection", encodeEnforceRejection(named()));
  await world.untilStatus(world.sender().step, "confirmed");
  expect(await world.nonce()).toBe(before);
});

it("a refusal takes effect within its gas though everybody whom it pays burns what a payment is given", async () => {
  const { chain } = world;
  const terms = { referee: chain.wallet(roles.stranger), bondWei: 50n, reviewPeriod: 86_400 };
  jobId = await chain.openJob(terms);
  const other = { ...named(), contributor: chain.wallet(index + 1) };
  for (const nth of [index, index + 1]) {
    const slot = { ...named(), contributor: chain.wallet(nth), delegate: zeroAddress, bondWei: 50n };
    await chain.mined(acceptJob(chain.signer(nth), slot));
    await chain.mined(submitAdapter(chain.signer(nth), { ...slot, adapterCid: fakeCid("a") }));
  }
  const aggregator = chain.signer(roles.aggregator);
  await chain.mined(rejectAdapter(aggregator, { ...named(), reasonCid: fakeCid("r"), provable: false }));
  const contributors = [named().contributor, other.contributor];
  await chain.mined(completeJob(aggregator, { ...named(), resultCid: fakeCid("b"), contributors }));
  await chain.travel(86_401);
  // JUMPDEST, PUSH1 0, JUMP: it runs until its gas is gone.
  const receivers = [named().contributor, chain.wallet(roles.requester)];
  for (const address of receivers) await chain.client.setCode({ address, bytecode: "0x5b600056" });
  await ask("enforceRejection", encodeEnforceRejection(named()));
  await world.untilStatus(world.sender().step, "confirmed");
  for (const wallet of receivers)
    expect(await getWithdrawableWei(chain.client, { escrow: chain.escrow, wallet })).toBeGreaterThan(0n);
});
