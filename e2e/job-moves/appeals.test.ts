import { fakeCid, roles, testWallet } from "@trainchain/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { hour, type JobWorld, startJobWorld } from "./job-world.ts";
import type { Person } from "./people.ts";

/* Refusals on an escrow of the second version, where the platform names a referee. */

let world: JobWorld;
let cheat: Person;
let honest: Person;
const referee = roles.stranger;
const first = roles.firstContributor;
/** 5 % of it are 50,000 wei (and a rest that counts for nothing); two shares of 475,001 leave 1 wei. */
const rewardWei = 1_000_003n;
const shareWei = 475_001n;
const request = { contributors: 2, minContributors: 1, rewardWei, bondWei: 1_001n };

beforeAll(async () => {
  const env = { api: { REFEREE_ADDRESS: testWallet(referee).address } };
  world = await startJobWorld({ escrowVersion: "2", env });
  [cheat, honest] = await Promise.all([world.person(first), world.person(first + 1)]);
});
afterAll(() => world?.stop());

/** A job whose first delivery is of another job's start, and refused. */
async function openRefused(): Promise<{ jobId: bigint; adapterCid: string }> {
  const jobId = await world.openJob(request);
  await world.accept(jobId, cheat);
  const adapterCid = await world.uploadAdapter(jobId, cheat, 8);
  const signature = await world.sign(jobId, cheat, adapterCid, cheat.account);
  await cheat.api.submitAdapter({ jobId, contributor: cheat.wallet, adapterCid, signature });
  await world.untilSlot(jobId, cheat, "rejection-pending");
  return { jobId, adapterCid };
}

it("a refusal that is appealed and overturned is paid as every other delivery, bonds come back, and the result is without it", async () => {
  const gains = await world.openLedger({ requester: world.requester, cheat, honest });
  const { jobId, adapterCid } = await openRefused();
  const refused = await world.contribution(jobId, cheat, "rejection-pending");
  const { timestamp } = await world.chain.getBlock();
  const hoursLeft = (Date.parse(refused.deadline ?? "") / 1_000 - Number(timestamp)) / 3_600;
  expect(hoursLeft).toBeGreaterThan(23);
  expect(hoursLeft).toBeLessThanOrEqual(24);
  expect((await world.requester.api.getJob(jobId)).terms).toMatchObject({
    referee: testWallet(referee).address.toLowerCase(),
    bondBps: 22,
    bondWei: "1045",
  });

  const reason = ["--contributor", cheat.wallet, "--reason", fakeCid("o"), "--overturn"];
  const tooEarly = await world.trainchain(referee, "job", "rule", `${jobId}`, ...reason);
  expect(tooEarly.document.error).toMatchObject({
    code: "conflict",
    facts: { error: "RejectionNotAppealed" },
  });
  const appealed = await world.trainchain(first, "job", "appeal", `${jobId}`);
  expect([appealed.code, appealed.document]).toEqual([
    0,
    expect.objectContaining({ evidenceCid: adapterCid, rulingBy: expect.any(String) }),
  ]);
  const again = await world.trainchain(first, "job", "appeal", `${jobId}`);
  expect(again).toMatchObject({ code: 2, document: { error: { code: "conflict" } } });
  const notReferee = await world.trainchain(first + 1, "job", "rule", `${jobId}`, ...reason);
  expect(notReferee.document.error).toMatchObject({ code: "forbidden", facts: { error: "NotReferee" } });
  expect((await world.trainchain(referee, "job", "rule", `${jobId}`, ...reason)).code).toBe(0);
  await world.contribution(jobId, cheat, "reinstated");

  await world.accept(jobId, honest);
  await world.deliver(jobId, honest);
  await world.untilStatus(jobId, "completed");
  expect(await gains()).toEqual({
    requester: -rewardWei + 1n,
    cheat: shareWei,
    honest: shareWei,
    feeReceiver: 50_000n,
  });
  const paid = { paidWei: `${shareWei}`, pendingWei: null };
  expect(await world.contribution(jobId, cheat, "reinstated")).toMatchObject(paid);
  expect(await world.timeline(jobId)).toEqual([
    ...["JobCreated", "JobAccepted", "AdapterSubmitted", "AdapterRejected", "RejectionAppealed"],
    ...["AppealRuled", "JobAccepted", "AdapterSubmitted", "JobCompleted", "JobCompleted", "JobClosed"],
  ]);
});

it("a refusal that nobody appeals against takes effect by anybody's hand after a day, burns nothing, and frees the slot", async () => {
  const gains = await world.openLedger({ requester: world.requester, cheat });
  const { jobId } = await openRefused();
  await world.withoutWorker(async () => {
    const tooEarly = await world.trainchain(referee, "job", "enforce", `${jobId}`);
    expect(tooEarly).toMatchObject({ code: 2, document: { error: { code: "conflict" } } });
    await world.travel(24 * hour + 1);
    const { code, document } = await world.trainchain(referee, "job", "enforce", `${jobId}`);
    expect([code, document.enforced]).toEqual([0, [expect.objectContaining({ contributor: cheat.wallet })]]);
  });
  await world.contribution(jobId, cheat, "rejected");
  expect(await gains()).toMatchObject({ requester: -rewardWei, cheat: 0n });
  const { nextStep } = await world.untilShown(jobId, "the free slot", ({ slots }) =>
    slots.every(({ status }) => status === "rejected"),
  );
  expect(nextStep.text).toContain("Waiting for contributors: 0 delivered");
  await world.travel(72 * hour);
  await world.untilStatus(jobId, "expired");
  expect(await gains()).toEqual({ requester: 0n, cheat: 0n, feeReceiver: 0n });
});

it("following the chain again gives the very rows that were derived while all this happened", async () => {
  const { followed, again } = await world.followAgain();
  expect(again).toEqual(followed);
  expect(followed.jobs).toHaveLength(2);
  expect(followed.slots).toHaveLength(3);
});
