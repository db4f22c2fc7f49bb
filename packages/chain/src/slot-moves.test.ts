import type { JobTerms } from "@trainchain/protocol";
import type { LocalAccount } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { acceptJob } from "./accept-job.ts";
import { completeJob } from "./complete-job.ts";
import { createJob } from "./create-job.ts";
import { decodeEvents, findCreatedJobId } from "./decode-event.ts";
import { getSlot } from "./get-slot.ts";
import { getWithdrawableWei } from "./get-withdrawable-wei.ts";
import { rejectAdapter } from "./reject-adapter.ts";
import { releaseSlot } from "./release-slot.ts";
import { setDelegate } from "./set-delegate.ts";
import { signSubmission } from "./submission-signature.ts";
import { submitAdapter } from "./submit-adapter.ts";
import { submitAdapterBySig } from "./submit-adapter-by-sig.ts";
import { cid, startTestWorld, type TestWorld, zeroAddress } from "./testing/test-world.ts";
import { withdraw } from "./withdraw.ts";

const bondWei = 1_000n;
const stakeWei = 9_000n;
/** Reverts on everything, as a wallet that takes no money does. */
const revertingCode = "0x60006000fd";

describe("a slot on a real chain", () => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await startTestWorld();
  });
  afterAll(() => world?.stop());

  const contributor = 1;
  const requester = 0;
  const aggregator = 8;

  /** A job whose only slot the contributor has taken, with wallet 7 as its delegate. */
  async function createTakenJob(changes: Partial<JobTerms> = {}): Promise<bigint> {
    const { escrow, signer, wallet, mined } = world;
    const terms = await world.terms({ minContributors: 1, maxContributors: 1, bondWei, ...changes });
    const created = await mined(createJob(signer(requester), { escrow, terms, stakeWei }));
    const jobId = findCreatedJobId(created)!;
    await mined(acceptJob(signer(contributor), { escrow, jobId, delegate: wallet(7), bondWei }));
    return jobId;
  }

  const slotOf = (jobId: bigint) =>
    getSlot(world.reader, { escrow: world.escrow, jobId, contributor: world.wallet(contributor) });

  it("can be taken by another wallet once its delivery is rejected", async () => {
    const { escrow, signer, wallet, mined } = world;
    const jobId = await createTakenJob();
    const named = { escrow, jobId, contributor: wallet(contributor) };
    await mined(submitAdapter(signer(contributor), { ...named, adapterCid: cid("a") }));

    const rejected = await mined(rejectAdapter(signer(aggregator), { ...named, reasonCid: cid("w") }));
    expect(decodeEvents(rejected.logs)).toMatchObject([
      { name: "AdapterRejected", jobId, contributor: wallet(contributor), reasonCid: cid("w") },
    ]);
    expect(await slotOf(jobId)).toMatchObject({ status: "rejected" });

    await mined(acceptJob(signer(2), { escrow, jobId, delegate: zeroAddress, bondWei }));
    const again = acceptJob(signer(contributor), { escrow, jobId, delegate: zeroAddress, bondWei });
    await expect(again).rejects.toMatchObject({ facts: { error: "AlreadyAccepted" } });
  });

  it("is released by anybody after its deadline and no earlier, and its bond is forfeited", async () => {
    const { escrow, signer, wallet, mined } = world;
    const jobId = await createTakenJob({ trainingPeriod: 60 });
    const named = { escrow, jobId, contributor: wallet(contributor) };
    await expect(releaseSlot(signer(5), named)).rejects.toMatchObject({
      facts: { error: "DeadlineNotPassed" },
    });

    await world.travel(61);
    const released = await mined(releaseSlot(signer(5), named));
    expect(decodeEvents(released.logs)).toMatchObject([
      { name: "SlotReleased", jobId, contributor: wallet(contributor), forfeitedWei: bondWei },
    ]);
    expect(await slotOf(jobId)).toMatchObject({ status: "released", bonded: false });
  });

  it("takes the signature of a new delegate and no longer that of the old", async () => {
    const { escrow, signer, wallet, mined } = world;
    const jobId = await createTakenJob();
    const changed = await mined(setDelegate(signer(contributor), { escrow, jobId, delegate: wallet(6) }));
    expect(decodeEvents(changed.logs)).toMatchObject([
      { name: "DelegateChanged", jobId, contributor: wallet(contributor), delegate: wallet(6) },
    ]);

    const submission = { jobId, contributor: wallet(contributor), adapterCid: cid("a") };
    const submit = async (delegate: number) => {
      const account = signer(delegate).account as LocalAccount;
      const signature = await signSubmission(account, { chainId: 80_002, escrow }, submission);
      return submitAdapterBySig(signer(5), { escrow, ...submission, signature });
    };
    await expect(submit(7)).rejects.toMatchObject({ facts: { error: "InvalidSignature" } });
    await mined(submit(6));
    expect(await slotOf(jobId)).toMatchObject({ status: "submitted", delegate: wallet(6) });
  });

  it("keeps a payment that its wallet refuses until the wallet withdraws it, once", async () => {
    const { escrow, signer, wallet, mined, reader } = world;
    const jobId = await createTakenJob();
    const address = wallet(contributor);
    await mined(
      submitAdapter(signer(contributor), { escrow, jobId, contributor: address, adapterCid: cid("a") }),
    );

    await reader.setCode({ address, bytecode: revertingCode });
    const closing = { escrow, jobId, resultCid: cid("r"), contributors: [address] };
    const completed = await mined(completeJob(signer(aggregator), closing));
    expect(decodeEvents(completed.logs).at(-1)).toMatchObject({
      name: "PaymentDeferred",
      wallet: address,
      amountWei: stakeWei,
    });
    expect(await getWithdrawableWei(reader, { escrow, wallet: address })).toBe(stakeWei);

    await reader.setCode({ address, bytecode: "0x" });
    const before = await world.balance(address);
    const withdrawn = await mined(withdraw(signer(contributor), { escrow }));
    const spentWei = withdrawn.gasUsed * withdrawn.effectiveGasPrice;
    expect(await world.balance(address)).toBe(before + stakeWei - spentWei);
    expect(decodeEvents(withdrawn.logs)).toMatchObject([
      { name: "Withdrawn", wallet: address, amountWei: stakeWei },
    ]);
    await expect(withdraw(signer(contributor), { escrow })).rejects.toMatchObject({
      facts: { error: "NothingToWithdraw" },
    });
  });
});
