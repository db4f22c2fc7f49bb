import {
  encodeCancelJob,
  encodeCompleteJob,
  encodeExpireJob,
  encodeRejectAdapter,
  encodeReleaseSlot,
  submitAdapter,
} from "@trainchain/chain";
import { transactions } from "@trainchain/db";
import { requestTransaction } from "@trainchain/db/work";
import { fakeCid, roles } from "@trainchain/testing";
import { eq } from "drizzle-orm";
import { encodeFunctionData, parseAbi } from "viem";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type SenderWorld, startSenderWorld } from "../test-world/start-sender-world.ts";

type Row = typeof transactions.$inferInsert;
let world: SenderWorld;
let jobId: bigint;
/** A job whose requester named another aggregator. */
let foreignId: bigint;
const contributor = () => world.chain.wallet(roles.firstContributor);
const stranger = () => world.chain.wallet(roles.stranger);
const escrow = () => world.chain.escrow;

beforeAll(async () => {
  world = await startSenderWorld();
  jobId = await world.chain.openJob();
  foreignId = await world.chain.openJob({ aggregator: stranger() });
  for (const job of [jobId, foreignId]) {
    await world.accept(job, roles.firstContributor);
    const delivery = { escrow: escrow(), jobId: job, contributor: contributor(), adapterCid: fakeCid("a") };
    await world.chain.mined(submitAdapter(world.chain.signer(roles.firstContributor), delivery));
  }
});
afterAll(() => world?.stop());
beforeEach(() => world.renew());

/** The completion that is due, which each row below spoils in one way. */
function completion(changes: Partial<Row> = {}): Row {
  const { to, data } = encodeCompleteJob({
    escrow: escrow(),
    jobId,
    resultCid: fakeCid("b"),
    contributors: [contributor()],
  });
  const purpose = `completeJob/${escrow()}/${jobId}`;
  return { purpose, toAddress: to, data, valueWei: 0n, status: "queued", ...changes };
}

const withCall = (verb: string, job: bigint, { data }: { data: string }) =>
  completion({ purpose: `${verb}/${escrow()}/${job}/x`, data });
const transferAbi = parseAbi(["function transfer(address to, uint256 amount)"]);

const rows: Record<string, () => Row> = {
  "sends coins to somebody": () => completion({ toAddress: stranger(), data: "0x", valueWei: 10n ** 18n }),
  "sends coins to the escrow": () => completion({ valueWei: 1n }),
  "calls another contract": () => completion({ toAddress: stranger() }),
  "makes a contract": () => completion({ toAddress: "0x" }),
  "is a call that the key never makes": () =>
    withCall("cancelJob", jobId, encodeCancelJob({ escrow: escrow(), jobId })),
  "is a call that the escrow has not": () =>
    completion({ data: encodeFunctionData({ abi: transferAbi, args: [stranger(), 1n] }) }),
  "carries more than its arguments": () => completion({ data: `${completion().data}00` }),
  "is no call at all": () => completion({ data: "0x" }),
  "names another purpose than it has": () => completion({ purpose: `releaseSlot/${escrow()}/${jobId}/x` }),
  "is about another job than its purpose": () =>
    completion({ purpose: `completeJob/${escrow()}/${foreignId}` }),
  "ends a job with a result that is no content": () =>
    withCall("completeJob", jobId, {
      data: encodeCompleteJob({ escrow: escrow(), jobId, resultCid: "x", contributors: [contributor()] })
        .data,
    }),
  "completes a job of another aggregator": () =>
    withCall(
      "completeJob",
      foreignId,
      encodeCompleteJob({
        escrow: escrow(),
        jobId: foreignId,
        resultCid: fakeCid("b"),
        contributors: [contributor()],
      }),
    ),
  "frees a slot of a job of another aggregator": () =>
    withCall(
      "releaseSlot",
      foreignId,
      encodeReleaseSlot({ escrow: escrow(), jobId: foreignId, contributor: contributor() }),
    ),
  "expires a job that there is not": () =>
    withCall("expireJob", 9_999n, encodeExpireJob({ escrow: escrow(), jobId: 9_999n, contributors: [] })),
  "refuses a delivery of somebody who holds no slot": () =>
    withCall(
      "rejectAdapter",
      jobId,
      encodeRejectAdapter({
        escrow: escrow(),
        jobId,
        contributor: stranger(),
        reasonCid: fakeCid("c"),
        provable: world.chain.version === "1" ? undefined : false,
      }),
    ),
};

it.each(Object.keys(rows))(
  "a row that %s is refused for good, is an alert, and costs nothing",
  async (name) => {
    const row = rows[name]?.() as Row;
    await world.connection.db.insert(transactions).values(row);
    const before = [await world.nonce(), await world.chain.client.getBalance(world.account)];
    const sender = world.sender();
    for (let step = 0; step < 3; step += 1) await sender.step();
    expect(await world.firstRow()).toMatchObject({
      status: "refused",
      attempts: [],
      error: { code: "forbidden" },
    });
    expect(world.alerts()).toEqual([expect.objectContaining({ msg: "refused", purpose: row.purpose })]);
    expect([await world.nonce(), await world.chain.client.getBalance(world.account)]).toEqual(before);
  },
);

it("a row that says it was sent, with bytes of somebody else, is not signed at a higher price", async () => {
  const raw = await world.chain.signer(roles.stranger).account.signTransaction({
    type: "eip1559",
    chainId: 80_002,
    to: stranger(),
    value: 10n ** 18n,
    nonce: await world.nonce(),
    gas: 21_000n,
    maxFeePerGas: 1n,
    maxPriorityFeePerGas: 1n,
  });
  const attempts = [
    { hash: `0x${"ab".repeat(32)}`, raw, maxFeePerGasWei: "1", sentAt: "2026-01-01T00:00:00Z" },
  ];
  const sent = { status: "sent" as const, nonce: BigInt(await world.nonce()), attempts };
  await world.connection.db
    .insert(transactions)
    .values(completion({ toAddress: stranger(), data: "0x", ...sent }));
  const sender = world.sender({ bumpAfterMs: 0 });
  for (let step = 0; step < 3; step += 1) await sender.step();
  expect(await world.firstRow()).toMatchObject({ status: "refused", error: { code: "forbidden" } });
});

it("a stranger's row does not stand in the way of the platform's own call of the same purpose", async () => {
  const { purpose, data, toAddress } = completion();
  await world.connection.db.insert(transactions).values(completion({ toAddress: stranger(), valueWei: 1n }));
  await world.untilStatus(world.sender().step, "refused");
  await requestTransaction(world.connection.db, { purpose, to: toAddress, data });
  await world.untilStatus(world.sender().step, "confirmed");
  const [row] = await world.connection.db
    .select()
    .from(transactions)
    .where(eq(transactions.purpose, purpose));
  expect(row?.gasUsed).not.toBeNull();
});
