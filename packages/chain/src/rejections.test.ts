import { type JobTerms, latestPayment, maxBondBps } from "@trainchain/protocol";
import type { Hash } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { acceptJob } from "./accept-job.ts";
import { appealRejection } from "./appeal-rejection.ts";
import { completeJob } from "./complete-job.ts";
import { createJob } from "./create-job.ts";
import { decodeEvents, findCreatedJobId } from "./decode-event.ts";
import { enforceRejection } from "./enforce-rejection.ts";
import { getSlot } from "./get-slot.ts";
import { listTakenSlots } from "./list-taken-slots.ts";
import { rejectAdapter } from "./reject-adapter.ts";
import { ruleAppeal } from "./rule-appeal.ts";
import { settleJob } from "./settle-job.ts";
import { submitAdapter } from "./submit-adapter.ts";
import { cid, startTestWorld, type TestWorld } from "./testing/test-world.ts";

const stakeWei = 9_000n;
const bondWei = 450n;
const day = 86_400;
const [requester, cheat, honest, referee, aggregator] = [0, 1, 2, 6, 8];

describe("a refusal in the escrow's second version", () => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await startTestWorld({ version: "2" });
  });
  afterAll(() => world?.stop());

  /** A job with a referee whose two slots have delivered, the first of which is refused. */
  async function createRefused({ provable }: { provable: boolean }) {
    const { escrow, signer, wallet, mined } = world;
    const changes: Partial<JobTerms> = { minContributors: 1, maxContributors: 2, referee: wallet(referee) };
    const terms = await world.terms(stakeWei, { ...changes, bondWei, reviewPeriod: 30 * day });
    const jobId = findCreatedJobId(await mined(createJob(signer(requester), { escrow, terms, stakeWei })))!;
    const acceptedIn: Hash[] = [];
    for (const index of [cheat, honest]) {
      const accepted = await mined(acceptJob(signer(index), { escrow, jobId, delegate: wallet(7), bondWei }));
      acceptedIn.push(accepted.transactionHash);
      const delivery = { escrow, jobId, contributor: wallet(index), adapterCid: cid("a") };
      await mined(submitAdapter(signer(index), delivery));
    }
    const named = { escrow, jobId, contributor: wallet(cheat) };
    const rejection = { ...named, reasonCid: cid("w"), provable };
    const { logs } = await mined(rejectAdapter(signer(aggregator), rejection));
    const status = async () => (await getSlot(world.reader, named)).status;
    const slots = async () =>
      (await listTakenSlots(world.reader, { escrow, jobId, acceptedIn })).map(({ slot }) => slot.status);
    return { jobId, named, status, slots, rejected: decodeEvents(logs) };
  }

  const complete = (jobId: bigint, contributors: number[]) =>
    completeJob(world.signer(aggregator), {
      ...{ escrow: world.escrow, jobId, resultCid: cid("r") },
      contributors: contributors.map(world.wallet),
    });

  it("takes effect after a day in silence, and burns the bond where anybody can check the reason", async () => {
    const { signer, wallet, mined } = world;
    const { jobId, named, status, slots, rejected } = await createRefused({ provable: true });
    const subject = { jobId, contributor: wallet(cheat) };
    const appealBy = (await world.now()) + day;
    expect(rejected).toMatchObject([{ name: "AdapterRejected", ...subject, provable: true, appealBy }]);
    expect(await slots()).toEqual(["rejection-pending", "submitted"]);
    await expect(enforceRejection(signer(5), named)).rejects.toMatchObject({
      facts: { error: "DeadlineNotPassed" },
    });

    await world.travel(day);
    const before = await world.balance(wallet(cheat));
    const { logs } = await mined(enforceRejection(signer(5), named));
    expect(decodeEvents(logs)).toMatchObject([
      { name: "RejectionEnforced", ...subject, burntWei: bondWei, refundWei: 0n },
    ]);
    expect(await world.balance(wallet(cheat))).toBe(before);
    expect([await status(), await slots()]).toEqual(["rejected", ["submitted"]]);
    await expect(enforceRejection(signer(5), named)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("is rejected; this needs a rejection that has not taken effect"),
    });
  });

  it("that only the aggregator can check burns nothing", async () => {
    const { signer, wallet, mined } = world;
    const { named } = await createRefused({ provable: false });
    await world.travel(day);
    const before = await world.balance(wallet(cheat));
    await mined(enforceRejection(signer(5), named));
    expect((await world.balance(wallet(cheat))) - before).toBe(bondWei);
  });

  it("holds nobody else up: the job completes, and what the referee overturns later is paid then", async () => {
    const { escrow, signer, wallet, mined } = world;
    const { jobId, named, status } = await createRefused({ provable: true });
    const subject = { jobId, contributor: wallet(cheat) };
    // For the slot's wallet or its delegate.
    const evidence = { ...named, evidenceCid: cid("e") };
    await expect(appealRejection(signer(5), evidence)).rejects.toMatchObject({
      facts: { error: "NotSubmitter" },
    });
    const appealed = await mined(appealRejection(signer(7), evidence));
    const rulingBy = (await world.now()) + 3 * day;
    expect(decodeEvents(appealed.logs)).toMatchObject([
      { name: "RejectionAppealed", ...subject, evidenceCid: cid("e"), rulingBy },
    ]);
    expect(await status()).toBe("rejection-appealed");

    const ended = decodeEvents((await mined(complete(jobId, [cheat, honest]))).logs);
    expect(ended).toMatchObject([
      { name: "JobCompleted", contributor: wallet(honest), amountWei: stakeWei / 2n },
      { name: "JobClosed", refundWei: 0n },
    ]);
    expect(await world.balance(escrow)).toBeGreaterThanOrEqual(stakeWei / 2n + bondWei);

    const ruling = { ...named, overturned: true, reasonCid: cid("o") };
    await expect(ruleAppeal(signer(aggregator), ruling)).rejects.toMatchObject({
      facts: { error: "NotReferee" },
    });
    const before = await world.balance(wallet(cheat));
    const { logs } = await mined(ruleAppeal(signer(referee), ruling));
    expect(decodeEvents(logs)).toMatchObject([
      { name: "AppealRuled", ...subject, overturned: true, reasonCid: cid("o") },
      { name: "JobCompleted", ...subject, amountWei: stakeWei / 2n },
    ]);
    expect((await world.balance(wallet(cheat))) - before).toBe(stakeWei / 2n + bondWei);
    expect(await status()).toBe("reinstated");
  });

  it("that a referee leaves undecided stands, burns nothing and gives the share back", async () => {
    const { signer, wallet, mined } = world;
    const { jobId, named } = await createRefused({ provable: true });
    await mined(appealRejection(signer(cheat), { ...named, evidenceCid: cid("e") }));
    await mined(complete(jobId, [cheat, honest]));
    await world.travel(3 * day);
    const before = await Promise.all([cheat, requester].map((index) => world.balance(wallet(index))));
    const { logs } = await mined(enforceRejection(signer(5), named));
    expect(decodeEvents(logs)).toMatchObject([
      { name: "RejectionEnforced", burntWei: 0n, refundWei: stakeWei / 2n },
    ]);
    const after = await Promise.all([cheat, requester].map((index) => world.balance(wallet(index))));
    expect(after.map((wei, index) => wei - before[index]!)).toEqual([bondWei, stakeWei / 2n]);
  });

  it("puts off the payment of others no longer than what is told of a job, where its minimum needs the delivery", async () => {
    const { escrow, signer, wallet, mined } = world;
    const changes = { minContributors: 2, maxContributors: 2, referee: wallet(referee) };
    const terms = await world.terms(stakeWei, changes);
    const { acceptBy, trainingPeriod, reviewPeriod } = terms;
    const jobId = findCreatedJobId(await mined(createJob(signer(requester), { escrow, terms, stakeWei })))!;
    const until = async (time: number) => world.travel(time - 60 - (await world.now()));
    const accept = (index: number) =>
      mined(acceptJob(signer(index), { escrow, jobId, delegate: wallet(7), bondWei: 0n }));
    const named = (index: number) => ({ escrow, jobId, contributor: wallet(index) });
    await accept(honest);
    await mined(submitAdapter(signer(honest), { ...named(honest), adapterCid: cid("a") }));
    await until(acceptBy);
    await accept(cheat);
    await until((await world.now()) + trainingPeriod);
    await mined(submitAdapter(signer(cheat), { ...named(cheat), adapterCid: cid("b") }));
    await until(acceptBy + trainingPeriod + reviewPeriod);
    const refusal = { ...named(cheat), reasonCid: cid("w"), provable: false };
    await mined(rejectAdapter(signer(aggregator), refusal));
    await until((await world.now()) + day);
    await mined(appealRejection(signer(cheat), { ...named(cheat), evidenceCid: cid("e") }));
    await until((await world.now()) + 3 * day);
    const ruling = { ...named(cheat), overturned: true, reasonCid: cid("o") };
    await mined(ruleAppeal(signer(referee), ruling));

    const told = { acceptBy: new Date(acceptBy * 1_000), referee: wallet(referee) };
    const periods = { trainingPeriodSeconds: trainingPeriod, reviewPeriodSeconds: reviewPeriod };
    const latest = Number(latestPayment({ ...told, ...periods })) / 1_000;
    const settle = () =>
      settleJob(signer(honest), { escrow, jobId, contributors: [wallet(honest), wallet(cheat)] });
    await until(latest - 3_600);
    await expect(settle()).rejects.toMatchObject({ facts: { error: "ReviewNotOver" } });
    await until(latest + 60);
    const { logs } = await mined(settle());
    expect(decodeEvents(logs)).toMatchObject([
      ...[honest, cheat].map((index) => ({ name: "JobCompleted", contributor: wallet(index) })),
      { name: "JobClosed", status: "settled" },
    ]);
  });

  it("costs a tenth of a share at most", async () => {
    const { escrow, signer } = world;
    const terms = { ...(await world.terms(stakeWei)), bondBps: maxBondBps + 1 };
    await expect(createJob(signer(requester), { escrow, terms, stakeWei })).rejects.toMatchObject({
      code: "invalid-input",
      facts: { error: "BondTooHigh" },
    });
  });
});
