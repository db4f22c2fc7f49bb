import { encodeEnforceRejection, encodeRejectAdapter, getSlot, submitAdapter } from "@trainchain/chain";
import { requestTransaction } from "@trainchain/db/work";
import { fakeCid, roles } from "@trainchain/testing";
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
