import { escrowVersions, type JobTerms } from "@trainchain/protocol";
import type { LocalAccount } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { acceptJob } from "./accept-job.ts";
import { completeJob } from "./complete-job.ts";
import { createJob } from "./create-job.ts";
import { decodeEvents, findCreatedJobId } from "./decode-event.ts";
import { getJob } from "./get-job.ts";
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

const bondWei = 900n;
const stakeWei = 9_000n;
/** Reverts on everything, as a wallet that takes no money does. */
const revertingCode = "0x60006000fd";
const burnAddress = "0x000000000000000000000000000000000000dead";
const oneSlot = { minContributors: 1, maxContributors: 1, bondWei };

describe.each(escrowVersions)("a slot of the escrow's version %s on a real chain", (version) => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await startTestWorld({ version });
  });
  const isFirst = version === "1";
  afterAll(() => world?.stop());

  const contributor = 1;
  const requester = 0;
  const aggregator = 8;

  /** A job whose only slot the contributor has taken, with wallet 7 as its delegate. */
  async function createTakenJob(changes: Partial<JobTerms> = {}): Promise<bigint> {
    const { escrow, signer, wallet, mined } = world;
    const terms = await world.terms(stakeWei, { ...oneSlot, ...changes });
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

    const before = await world.balance(wallet(contributor));
    const reason = { reasonCid: cid("w"), ...(isFirst ? {} : { provable: true }) };
    const rejected = await mined(rejectAdapter(signer(aggregator), { ...named, ...reason }));
    const subject = { jobId, contributor: wallet(contributor) };
    const events = decodeEvents(rejected.logs);
    expect(events[0]).toMatchObject({ name: "AdapterRejected", ...subject, ...reason });
    // Where nobody hears an appeal, a refusal takes effect at once, and burns nothing.
    const effect = { name: "RejectionEnforced", ...subject, burntWei: 0n, refundWei: 0n };
    expect(events.slice(1)).toMatchObject(isFirst ? [] : [effect]);
    expect((await world.balance(wallet(contributor))) - before).toBe(isFirst ? 0n : bondWei);
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
    const burntBefore = await world.balance(burnAddress);
    const released = await mined(releaseSlot(signer(5), named));
    expect(decodeEvents(released.logs)).toMatchObject([
      { name: "SlotReleased", jobId, contributor: wallet(contributor), forfeitedWei: bondWei },
    ]);
    expect(await slotOf(jobId)).toMatchObject({ status: "released" });
    // The first version keeps a forfeited bond for the job's end, beside the stake; the second burns it.
    expect((await getJob(world.reader, { escrow, jobId })).forfeitedWei).toBe(isFirst ? bondWei : 0n);
    expect((await world.balance(burnAddress)) - burntBefore).toBe(isFirst ? 0n : bondWei);
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
      const signature = await signSubmission(account, { chainId: 80_002, escrow, version }, submission);
      return submitAdapterBySig(signer(5), { escrow, ...submission, signature });
    };
    await expect(submit(7)).rejects.toMatchObject({ facts: { error: "InvalidSignature" } });
    const other = isFirst ? ("2" as const) : ("1" as const);
    const account = signer(6).account as LocalAccount;
    const signature = await signSubmission(account, { chainId: 80_002, escrow, version: other }, submission);
    await expect(submitAdapterBySig(signer(5), { escrow, ...submission, signature })).rejects.toMatchObject({
      facts: { error: "InvalidSignature" },
    });
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
    const owedWei = stakeWei + (isFirst ? 0n : bondWei);
    const closing = { escrow, jobId, resultCid: cid("r"), contributors: [address] };
    const completed = await mined(completeJob(signer(aggregator), closing));
    expect(decodeEvents(completed.logs).at(-1)).toMatchObject({
      name: "PaymentDeferred",
      wallet: address,
      amountWei: owedWei,
    });
    expect(await getWithdrawableWei(reader, { escrow, wallet: address })).toBe(owedWei);

    await reader.setCode({ address, bytecode: "0x" });
    const before = await world.balance(address);
    const withdrawn = await mined(withdraw(signer(contributor), { escrow }));
    const spentWei = withdrawn.gasUsed * withdrawn.effectiveGasPrice;
    expect(await world.balance(address)).toBe(before + owedWei - spentWei);
    expect(decodeEvents(withdrawn.logs)).toMatchObject([
      { name: "Withdrawn", wallet: address, amountWei: owedWei },
    ]);
    await expect(withdraw(signer(contributor), { escrow })).rejects.toMatchObject({
      facts: { error: "NothingToWithdraw" },
    });
  });
});
