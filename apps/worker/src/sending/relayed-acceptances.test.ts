import {
  encodeAcceptJob,
  encodeAcceptJobBySig,
  encodeReleaseSlot,
  encodeSubmitAdapterBySig,
  getSlot,
  localChain,
  sendCall,
  signAcceptance,
  signSubmission,
} from "@trainchain/chain";
import { findAcceptanceStanding, jobs as jobRows, slots } from "@trainchain/db";
import { requestTransaction } from "@trainchain/db/work";
import { type Address, gasAfterAcceptance, mostAcceptanceGas, mostSeatGas } from "@trainchain/protocol";
import { fakeCid, roles, testWallet, waitFor } from "@trainchain/testing";
import { createClient, type Hex, http, type LocalAccount, parseGwei, zeroAddress } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { sendTransaction } from "viem/actions";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type SenderWorld, startSenderWorld } from "../test-world/start-sender-world.ts";

let world: SenderWorld;
beforeAll(async () => {
  world = await startSenderWorld({ version: "2" });
});
afterAll(() => world?.stop());
beforeEach(() => world.renew());

const addressOf = ({ address }: LocalAccount) => address.toLowerCase() as Address;
/** A key whose wallet has never held a coin. */
const newcomer = () => privateKeyToAccount(generatePrivateKey());
const statuses = async () => (await world.rows()).map(({ status, error }) => error?.message ?? status);
const slotOf = (jobId: bigint, wallet: LocalAccount) =>
  getSlot(world.chain.client, { escrow: world.chain.escrow, jobId, contributor: addressOf(wallet) });

/** Has a wallet's acceptance asked for; another `intent` has another purpose, and the very same call. */
async function ask(
  jobId: bigint,
  wallet: LocalAccount,
  { signer = wallet, intent = "a" }: { signer?: LocalAccount; intent?: string } = {},
) {
  const { escrow, client, rpcUrl } = world.chain;
  const { timestamp } = await client.getBlock();
  const acceptance = {
    ...{ jobId, contributor: addressOf(wallet), delegate: addressOf(wallet) },
    signedUntil: Number(timestamp) + 86_400,
  };
  const signing = createClient({ account: signer, chain: localChain, transport: http(rpcUrl) });
  const signature = await signAcceptance(signing, { escrow, ...acceptance });
  const { to, data } = encodeAcceptJobBySig({ escrow, ...acceptance, signature });
  const call = { purpose: `acceptJobBySig/${escrow}/${jobId}/${addressOf(wallet)}/${intent}`, to, data };
  await requestTransaction(world.connection.db, call);
  return call;
}

/** Writes down a job with a slot of it, as an indexer would. */
async function index(
  jobId: bigint,
  wallet: LocalAccount,
  slot: Partial<typeof slots.$inferInsert> = {},
  changes: Partial<typeof jobRows.$inferInsert> = {},
): Promise<void> {
  const key = { escrow: world.chain.escrow, jobId };
  const contributor = addressOf(wallet);
  const terms = { trainingPeriodSeconds: 1, reviewPeriodSeconds: 1, bondWei: 0n, stakeWei: 5n, feeBps: 0 };
  const job = {
    ...{ ...key, ...terms, kind: "llm-finetune" as const, requester: contributor, aggregator: contributor },
    ...{ minContributors: 1, maxContributors: 1, status: "open" as const, createdAt: new Date() },
    ...{ slotsTaken: 1, slotsSubmitted: 0, ...changes },
  };
  const { db } = world.connection;
  await db.insert(jobRows).values(job).onConflictDoNothing();
  const row = {
    ...{ ...key, contributor, delegate: contributor, slot: 0, acceptedAt: new Date() },
    ...{ status: "accepted" as const, ...slot },
  };
  await db
    .insert(slots)
    .values(row)
    .onConflictDoUpdate({ target: [slots.escrow, slots.jobId, slots.contributor], set: row });
}

/** Gas that all relayed acceptances stand for now. */
const charged = async () => {
  const { escrow } = world.chain;
  const asking = { escrow, jobId: 0n, contributor: addressOf(newcomer()) };
  return (await findAcceptanceStanding(world.connection.db, asking)).inAll;
};

/** Gas of all that the aggregator's key has paid for. */
const paid = async () => (await world.rows()).reduce((sum, { gasUsed }) => sum + (gasUsed ?? 0n), 0n);

/** Lets the sender decide about everything that was asked for. */
async function decide(sender = world.sender()): Promise<void> {
  await waitFor("every acceptance to be decided", async () => {
    await sender.step();
    return (await world.rows()).every(({ status }) => status !== "queued" && status !== "sent");
  });
}

async function expectRefusal(message: string, sender = world.sender()): Promise<void> {
  const before = [await world.nonce(), await world.chain.client.getBalance(world.account)];
  await decide(sender);
  expect((await statuses()).at(-1)).toContain(message);
  expect([await world.nonce(), await world.chain.client.getBalance(world.account)]).toEqual(before);
}

it("a wallet that never held a coin is seated by its signature, for little gas, which is written down", async () => {
  const [jobId, wallet] = [await world.chain.openJob(), newcomer()];
  await ask(jobId, wallet);
  await decide();
  const { status, gasUsed } = await world.firstRow();
  expect(status).toBe("confirmed");
  expect(gasUsed).toBeLessThan(70_000n);
  expect(await slotOf(jobId, wallet)).toMatchObject({ status: "accepted", delegate: addressOf(wallet) });
  const [relay] = await world.connection.sql<{ call: string; gas: string }>`select call, gas from relays`;
  expect(relay?.call).toBe("acceptJobBySig");
  expect(BigInt(relay?.gas ?? 0)).toBeLessThanOrEqual(mostAcceptanceGas);
});

it("an acceptance that a reorganisation drops is brought there again, once", async () => {
  const [jobId, wallet] = [await world.chain.openJob(), newcomer()];
  await ask(jobId, wallet);
  const careful = world.sender({ confirmations: 2 });
  await careful.step();
  await waitFor("the slot", async () => (await slotOf(jobId, wallet)).status === "accepted");
  await world.chain.client.request({ method: "anvil_reorg" as never, params: [1, []] as never });
  await world.chain.client.mine({ blocks: 1 });
  await careful.step();
  await world.chain.client.mine({ blocks: 3 });
  await world.untilStatus(careful.step, "confirmed");
  expect((await world.firstRow()).attempts).toHaveLength(1);
  expect((await slotOf(jobId, wallet)).status).toBe("accepted");
});

it("what was signed once seats nobody again: neither asked for twice, nor after the slot was released", async () => {
  const { timestamp } = await world.chain.client.getBlock();
  const jobId = await world.chain.openJob({ acceptBy: Number(timestamp) + 86_400 });
  const wallet = newcomer();
  const call = await ask(jobId, wallet);
  await decide();
  const before = await world.nonce();
  await requestTransaction(world.connection.db, call);
  await decide();
  await world.chain.travel(3_700);
  const { escrow, mined, signer } = world.chain;
  const overdue = encodeReleaseSlot({ escrow, jobId, contributor: addressOf(wallet) });
  await mined(sendCall(signer(roles.stranger), overdue));
  await requestTransaction(world.connection.db, { ...call, purpose: `${call.purpose}b` });
  await decide();
  expect(await statuses()).toEqual(["confirmed", "confirmed"]);
  expect(await world.nonce()).toBe(before);
  expect((await slotOf(jobId, wallet)).status).toBe("released");
});

it("a slot that others took meanwhile costs nothing, and the gas of the attempt where it was in the same block", async () => {
  const [jobId, wallet] = [await world.chain.openJob({ maxContributors: 1 }), newcomer()];
  await world.accept(jobId, roles.firstContributor);
  await ask(jobId, wallet);
  await expectRefusal(`All slots of job ${jobId} are taken.`);
  // It counts as a try of its wallet.
  const counted = await world.connection.sql`select contributor, gas::int from relays`;
  expect(counted).toEqual([{ contributor: addressOf(wallet), gas: 0 }]);

  await world.renew();
  const last = await world.chain.openJob({ maxContributors: 1 });
  await ask(last, wallet);
  await world.chain.client.setAutomine(false);
  const sender = world.sender();
  await sender.step();
  const { escrow, client, signer } = world.chain;
  const call = encodeAcceptJob({ escrow, jobId: last, delegate: zeroAddress, bondWei: 0n });
  // The higher tip goes first; the gas is given, or the node would see already that all is taken.
  const fees = { gas: 200_000n, maxFeePerGas: parseGwei("900"), maxPriorityFeePerGas: parseGwei("800") };
  await sendTransaction(signer(roles.firstContributor), { ...call, ...fees });
  await client.mine({ blocks: 1 });
  await client.setAutomine(true);
  await decide(sender);
  expect(await statuses()).toEqual([`All slots of job ${last} are taken.`]);
  const { status, gasUsed } = await world.firstRow();
  expect([status, (gasUsed ?? 0n) < 60_000n]).toEqual(["reverted", true]);
});

it("what is owed goes before acceptances that were asked for earlier, of which a turn looks at a few", async () => {
  const owed = await world.releaseIntent();
  const jobId = await world.chain.openJob({ maxContributors: 8 });
  for (const wallet of Array.from({ length: 6 }, newcomer)) await ask(jobId, wallet);
  await requestTransaction(world.connection.db, owed);
  await world.chain.client.setAutomine(false);
  await world.sender().step();
  const rows = await world.rows();
  const [last, ...acceptances] = rows.toReversed();
  const sent = acceptances.filter(({ status }) => status === "sent");
  expect(sent).toHaveLength(4);
  for (const { nonce } of sent) expect(last?.nonce).toBeLessThan(nonce ?? 0n);
  await world.chain.client.setAutomine(true);
  await world.chain.client.mine({ blocks: 1 });
  await decide();
  expect(await statuses()).toEqual(Array(7).fill("confirmed"));
});

it("beyond the budgets of job and day nothing is sent, and a slot counts in them until it can cost nothing more", async () => {
  const [first, second] = [await world.chain.openJob({ maxContributors: 3 }), await world.chain.openJob()];
  const wide = { gasPerWallet: 10n ** 9n, gasPerJob: 10n ** 9n, gasPerDay: 10n ** 9n };
  const one = mostSeatGas(true) + 50_000n;
  const within = (acceptances: Partial<typeof wide>) =>
    world.sender({ limits: { acceptances: { ...wide, ...acceptances } } });
  const early = newcomer();
  await ask(first, early);
  await decide(within({ gasPerWallet: one, gasPerJob: one, gasPerDay: one }));
  expect(await statuses()).toEqual(["confirmed"]);

  await ask(first, newcomer());
  await expectRefusal("used up for this job", within({ gasPerJob: one }));
  await ask(second, newcomer());
  await expectRefusal("used up for everybody", within({ gasPerDay: one }));
  // A day later the slot is still there, for which a refusal may have to be paid.
  await world.connection.sql`update relays set sent_at = sent_at - interval '25 hours'`;
  await index(first, early, { status: "submitted" });
  await ask(second, newcomer());
  await expectRefusal("used up for everybody", within({ gasPerDay: one }));
  // It is over: there is room again.
  await world.connection.sql`update jobs set status = 'completed'`;
  const late = newcomer();
  await ask(second, late);
  await decide(within({ gasPerDay: one, gasPerJob: one }));
  expect((await slotOf(second, late)).status).toBe("accepted");
  const kept = await world.connection.sql`select contributor from relays where gas > 0`;
  expect(kept).toEqual([{ contributor: addressOf(late) }]);
});

it("an acceptance counts with what its slot may still cost, and at last with what all of it did cost", async () => {
  const { timestamp } = await world.chain.client.getBlock();
  const jobId = await world.chain.openJob({ acceptBy: Number(timestamp) + 86_400, maxContributors: 1 });
  const wallet = newcomer();
  await ask(jobId, wallet);
  await decide();
  const accepted = await paid();
  const [without, having] = [gasAfterAcceptance(false), gasAfterAcceptance(true)];
  // What is not indexed may have a referee.
  expect(await charged()).toBe(accepted + having.accepted);
  await index(jobId, wallet);
  expect(await charged()).toBe(accepted + without.accepted);
  for (const [status, kept] of [
    ["submitted", without.submitted],
    ["rejection-pending", without.contested],
    ["reinstated", 0n],
  ] as const) {
    await index(jobId, wallet, { status });
    expect(await charged()).toBe(accepted + kept);
  }
  await index(jobId, wallet);
  await world.connection.sql`update jobs set referee = '0x'`;
  expect(await charged()).toBe(accepted + having.accepted);

  await world.chain.travel(3_700);
  const { escrow } = world.chain;
  const contributor = addressOf(wallet);
  const release = encodeReleaseSlot({ escrow, jobId, contributor });
  const purpose = `releaseSlot/${escrow}/${jobId}/${contributor}`;
  await requestTransaction(world.connection.db, { purpose, to: release.to, data: release.data });
  await decide();
  await index(jobId, wallet, { status: "released" });
  expect(await charged()).toBe(await paid());
  expect(await paid()).toBeGreaterThan(accepted + 25_000n);
});

it("whoever takes slots and delivers nothing, as often as the budget allows, costs no more than it in a day", async () => {
  const { escrow } = world.chain;
  const gasPerDay = mostSeatGas(false) + 300_000n;
  const sender = world.sender({
    limits: { acceptances: { gasPerWallet: gasPerDay, gasPerJob: gasPerDay, gasPerDay } },
  });
  for (let taken = 0; taken < 10; taken++) {
    const acceptBy = Number((await world.chain.client.getBlock()).timestamp) + 86_400;
    const jobId = await world.chain.openJob({ acceptBy });
    const [wallet, nobody] = [newcomer(), newcomer()];
    await index(jobId, nobody, { status: "released" });
    await ask(jobId, wallet);
    await decide(sender);
    if ((await statuses()).at(-1) !== "confirmed") break;
    await index(jobId, wallet);
    await world.chain.travel(3_700);
    const contributor = addressOf(wallet);
    const { to, data } = encodeReleaseSlot({ escrow, jobId, contributor });
    await requestTransaction(world.connection.db, {
      ...{ purpose: `releaseSlot/${escrow}/${jobId}/${contributor}`, to, data },
    });
    await decide(sender);
    await index(jobId, wallet, { status: "released" });
  }
  expect((await statuses()).at(-1)).toContain("used up for");
  expect((await world.rows()).filter(({ status }) => status === "confirmed").length).toBeGreaterThan(3);
  expect(await paid()).toBeLessThanOrEqual(gasPerDay);
});

it("what is paid for slots that their wallets took themselves is not counted", async () => {
  const owed = await world.releaseIntent();
  await requestTransaction(world.connection.db, owed);
  await decide();
  expect(await charged()).toBe(0n);
  expect(await world.connection.sql`select from relays`).toEqual([]);
});

it("a wallet that was never paid has one at a time, also while the first is on its way; one that was paid has more", async () => {
  const jobs = [await world.chain.openJob(), await world.chain.openJob()] as const;
  const wallet = newcomer();
  for (const jobId of jobs) await ask(jobId, wallet);
  await world.chain.client.setAutomine(false);
  const sender = world.sender();
  await sender.step();
  expect(await statuses()).toEqual(["sent", expect.stringContaining("one slot at a time")]);
  await world.chain.client.setAutomine(true);
  await world.chain.client.mine({ blocks: 1 });
  await decide(sender);
  await index(
    99n,
    wallet,
    { status: "submitted", paidWei: 5n },
    { own: false, status: "completed", slotsSubmitted: 1 },
  );
  // That it paid itself, in a job of its own making, counts for nothing.
  await ask(jobs[1], wallet, { intent: "b" });
  await expectRefusal("one slot at a time");
  await world.connection.db.update(jobRows).set({ own: true });
  await ask(jobs[1], wallet);
  await decide();
  expect((await slotOf(jobs[1], wallet)).status).toBe("accepted");
});

it("nothing is sent for a wallet that can pay, by another's signature, for a contract, or where the operator wants none", async () => {
  const jobId = await world.chain.openJob();
  const wallet = newcomer();
  await ask(jobId, wallet, { signer: newcomer() });
  await expectRefusal("is not signed by");
  const { client } = world.chain;
  await ask(jobId, wallet, { intent: "b" });
  await expectRefusal("takes no slots for others", world.sender({ limits: { acceptances: undefined } }));
  await client.setBalance({ address: wallet.address, value: 10n ** 18n });
  await ask(jobId, wallet, { intent: "c" });
  await expectRefusal("holds enough to take a slot by itself");
  await client.setBalance({ address: wallet.address, value: 0n });
  const vouches: Hex = "0x631626ba7e60e01b60005260206000f3";
  await client.setCode({ address: wallet.address, bytecode: vouches });
  await ask(jobId, wallet, { intent: "d" });
  await expectRefusal("a contract would have to vouch");
  expect((await slotOf(jobId, wallet)).status).toBe("none");
});

it("nothing is sent for a job that is none of the platform's, though it names the platform's key", async () => {
  const jobId = await world.chain.openJob();
  await index(jobId, newcomer(), {}, { own: false });
  const wallet = newcomer();
  await ask(jobId, wallet);
  await expectRefusal("is none of this platform's");
  expect((await slotOf(jobId, wallet)).status).toBe("none");

  const contributor = roles.firstContributor;
  await world.accept(jobId, contributor);
  const submission = { jobId, contributor: world.chain.wallet(contributor), adapterCid: fakeCid("a") };
  const { escrow, version } = world.chain;
  const signature = await signSubmission(
    testWallet(contributor),
    { chainId: 80_002, escrow, version },
    submission,
  );
  const { to, data } = encodeSubmitAdapterBySig({ escrow, ...submission, signature });
  const purpose = `submitAdapterBySig/${escrow}/${jobId}/${submission.contributor}/a`;
  await requestTransaction(world.connection.db, { purpose, to, data });
  await expectRefusal("is none of this platform's");
});

it("a job with a bond is told so, and costs nothing", async () => {
  const jobId = await world.chain.openJob({ maxContributors: 1, bondWei: 100n });
  await ask(jobId, newcomer());
  await expectRefusal(`Job ${jobId} asks for a bond of 100 wei`);
});
