import { encodeSetDelegate } from "@trainchain/chain";
import { escrowVersions } from "@trainchain/protocol";
import { roles } from "@trainchain/testing";
import { zeroAddress } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hour, type JobWorld, startJobWorld } from "./job-world.ts";
import type { Person } from "./people.ts";

let world: JobWorld;
let people: Person[];
const first = roles.firstContributor;
/** 5 % of it are 50,000 wei (and a rest that counts for nothing); two shares of 475,001 leave 1 wei. */
const rewardWei = 1_000_003n;
const twoSlots = { contributors: 2, minContributors: 2, rewardWei, bondWei: 1_001n };
/**
 * What is deposited, and what becomes of a forfeited bond. The first version gives 1,001 wei to the two who are paid, and
 * the indivisible wei to the fee receiver; the second burns 22 hundredths of a per cent of a share.
 */
const bonds = {
  "1": { bondWei: 1_001n, bonusWei: 500n, restWei: 1n },
  "2": { bondWei: 1_045n, bonusWei: 0n, restWei: 0n },
} as const;

describe.each(escrowVersions)("on the escrow's version %s", (escrowVersion) => {
  beforeAll(async () => {
    world = await startJobWorld({ escrowVersion });
    people = await Promise.all([0, 1, 2].map((index) => world.person(first + index)));
  });
  afterAll(() => world?.stop());

  it("a draft that asks for another stake or other terms than were shown is not signed", async () => {
    const { api } = world.requester;
    const draft = await api.waitForDraft(await world.requestDraft(twoSlots), { intervalMs: 50 });
    const shownOtherwise = [
      { ...draft, stakeWei: "1" },
      { ...draft, terms: draft.terms && { ...draft.terms, bondWei: "7" } },
    ];
    for (const shown of shownOtherwise)
      await expect(world.openAsShown(shown)).rejects.toMatchObject({
        code: "conflict",
        message: expect.stringMatching(/another (stakeWei|bondWei)/),
      });
    expect((await api.getDraft(draft.id)).jobId).toBeNull();
    await api.deleteDraft(draft.id);
  });

  it("an absent contributor's slot is released by itself, refilled by another wallet, and the job completes; its bond goes to the paid, or is burned", async () => {
    const [diligent, absent, substitute] = people as [Person, Person, Person];
    const gains = await world.openLedger({ requester: world.requester, diligent, absent, substitute });
    const jobId = await world.openJob(twoSlots);
    await world.accept(jobId, diligent);
    await world.accept(jobId, absent);
    await world.deliver(jobId, diligent);

    await world.travel(hour + 1);
    await world.untilSlot(jobId, absent, "released");
    const { nextStep } = await world.untilShown(jobId, "the free slot", ({ slots }) =>
      slots.some(({ status }) => status === "released"),
    );
    expect(nextStep.text).toBe("Waiting for contributors: 1 delivered, 0 training, of 2.");
    await expect(world.accept(jobId, absent)).rejects.toMatchObject({ facts: { error: "AlreadyAccepted" } });
    await expect(absent.api.getAssignment(jobId)).rejects.toMatchObject({ code: "not-found" });

    await world.accept(jobId, substitute);
    await world.deliver(jobId, substitute);
    const job = await world.untilStatus(jobId, "completed");

    const { bondWei, bonusWei, restWei } = bonds[world.version];
    const paidWei = 475_001n + bonusWei;
    expect(await gains()).toEqual({
      requester: -rewardWei + 1n,
      diligent: paidWei,
      absent: -bondWei,
      substitute: paidWei,
      feeReceiver: 50_000n + restWei,
    });
    expect(job).toMatchObject({
      feeWei: `${50_000n + restWei}`,
      shareWei: "475001",
      nextStep: { until: null },
    });
    expect(job.slots.map(({ slot, status }) => [slot, status])).toEqual([
      [0, "submitted"],
      [1, "released"],
      [1, "submitted"],
    ]);
    expect(await world.contribution(jobId, absent, "released")).toMatchObject({
      paidWei: null,
      pendingWei: null,
    });
    expect(await world.contribution(jobId, substitute, "submitted")).toMatchObject({
      paidWei: `${paidWei}`,
      pendingWei: null,
    });
    expect(await world.timeline(jobId)).toEqual([
      "JobCreated",
      "JobAccepted",
      "JobAccepted",
      "AdapterSubmitted",
      "SlotReleased",
      "JobAccepted",
      "AdapterSubmitted",
      "JobCompleted",
      "JobCompleted",
      "JobClosed",
    ]);
  });

  it("an absent contributor's slot is released by anybody with `trainchain job release` while the platform is down", async () => {
    const [diligent, absent, substitute] = people as [Person, Person, Person];
    const stranger = await world.person(roles.stranger);
    const gains = await world.openLedger({ diligent, absent, substitute, stranger });
    const jobId = await world.openJob(twoSlots);
    await world.accept(jobId, diligent);
    await world.accept(jobId, absent);
    await world.deliver(jobId, diligent);
    await world.withoutWorker(async () => {
      const tooEarly = await world.trainchain(roles.stranger, "job", "release", `${jobId}`);
      expect(tooEarly).toMatchObject({ code: 2, document: { error: { code: "conflict" } } });
      expect(tooEarly.document.error?.message).toBe(`no slot of job ${jobId} is overdue`);

      await world.travel(hour + 1);
      await world.untilShown(jobId, "that a deadline was missed", ({ nextStep }) =>
        nextStep.text.includes("missed its deadline; its slot will be released"),
      );
      const { code, document } = await world.trainchain(roles.stranger, "job", "release", `${jobId}`);
      expect([code, document.released]).toEqual([
        0,
        [expect.objectContaining({ contributor: absent.wallet })],
      ]);
      await world.contribution(jobId, absent, "released");
    });

    await world.accept(jobId, substitute);
    await world.deliver(jobId, substitute);
    await world.untilStatus(jobId, "completed");
    const { bondWei, bonusWei, restWei } = bonds[world.version];
    expect(await gains()).toEqual({
      diligent: 475_001n + bonusWei,
      absent: -bondWei,
      substitute: 475_001n + bonusWei,
      stranger: 0n,
      feeReceiver: 50_000n + restWei,
    });
  });

  it("a delegate without a coin delivers: its signature is relayed, and the wallet sends nothing after accepting", async () => {
    const [contributor] = people as [Person];
    const delegate = privateKeyToAccount(generatePrivateKey());
    const gains = await world.openLedger({ requester: world.requester, contributor });
    const jobId = await world.openJob({ contributors: 1, minContributors: 1, rewardWei });
    await world.accept(jobId, contributor, delegate.address);
    const sent = () => world.chain.getTransactionCount({ address: contributor.wallet });
    const sentBefore = await sent();
    await world.deliver(jobId, contributor, delegate);
    await world.untilStatus(jobId, "completed");

    expect(await sent()).toBe(sentBefore);
    expect(await world.chain.getTransactionCount({ address: delegate.address })).toBe(0);
    expect(await world.chain.getBalance({ address: delegate.address })).toBe(0n);
    expect(await gains()).toEqual({
      requester: -rewardWei,
      contributor: 950_003n,
      feeReceiver: 50_000n,
    });
  });

  it("a signature of a stranger is refused before it is relayed", async () => {
    const [contributor] = people as [Person];
    const jobId = await world.openJob({ contributors: 1, minContributors: 1, rewardWei });
    await world.accept(jobId, contributor);
    const adapterCid = await world.uploadAdapter(jobId, contributor);
    const stranger = privateKeyToAccount(generatePrivateKey());
    const signature = await world.sign(jobId, contributor, adapterCid, stranger);
    const { wallet, api } = contributor;
    await expect(
      api.submitAdapter({ jobId, contributor: wallet, adapterCid, signature }),
    ).rejects.toMatchObject({ code: "signature-invalid" });
  });

  it("a submission that the escrow refuses to take is told to its contributor in words, and can be mended", async () => {
    const [contributor] = people as [Person];
    const { api, wallet } = contributor;
    const delegate = privateKeyToAccount(generatePrivateKey());
    const gains = await world.openLedger({ contributor });
    const jobId = await world.openJob({ contributors: 1, minContributors: 1, rewardWei });
    await world.accept(jobId, contributor, delegate.address);
    await world.withoutWorker(async () => {
      const adapterCid = await world.uploadAdapter(jobId, contributor);
      const signature = await world.sign(jobId, contributor, adapterCid, delegate);
      await api.submitAdapter({ jobId, contributor: wallet, adapterCid, signature });
      await contributor.send(encodeSetDelegate({ escrow: world.escrow, jobId, delegate: zeroAddress }));
    });
    expect(await world.refusedRelay(jobId, contributor)).toMatchObject({
      code: "signature-invalid",
      message: expect.stringContaining(`to job ${jobId} is signed neither by`),
    });
    await world.deliver(jobId, contributor);
    await world.untilStatus(jobId, "completed");
    expect(await world.contribution(jobId, contributor, "submitted")).toMatchObject({ relayError: null });
    expect(await gains()).toEqual({ contributor: 950_003n, feeReceiver: 50_000n });
  });

  it("following the chain again from the first block gives the very rows that were derived while all this happened", async () => {
    const { followed, again } = await world.followAgain();
    expect(again).toEqual(followed);
    expect(followed.jobs).toHaveLength(5);
    expect(followed.slots).toHaveLength(9);
  });
});
