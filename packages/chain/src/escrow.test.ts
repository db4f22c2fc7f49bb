import { escrowVersions, TrainChainError, termsFor } from "@trainchain/protocol";
import type { LocalAccount } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { acceptJob } from "./accept-job.ts";
import { completeJob } from "./complete-job.ts";
import { createJob } from "./create-job.ts";
import { decodeEvents, findCreatedJobId } from "./decode-event.ts";
import { findEscrowVersion } from "./escrow-version.ts";
import { findRecentJob } from "./find-recent-job.ts";
import { followStake } from "./follow-stake.ts";
import { getJob } from "./get-job.ts";
import { getSlot } from "./get-slot.ts";
import { signSubmission } from "./submission-signature.ts";
import { submitAdapter } from "./submit-adapter.ts";
import { submitAdapterBySig } from "./submit-adapter-by-sig.ts";
import { cid, startTestWorld, type TestWorld, zeroAddress } from "./testing/test-world.ts";

describe.each(escrowVersions)("the escrow's version %s on a real chain", (version) => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await startTestWorld({ version });
  });
  afterAll(() => world?.stop());

  it("pays a federated job's contributors exactly a share each and keeps nothing", async () => {
    const { escrow, signer, wallet, mined, reader } = world;
    const stakeWei = 30_000_000_000_000_001n;
    const terms = await world.terms(stakeWei, { bondWei: 1_000n });
    const { bondWei } = terms;
    const created = await mined(createJob(signer(0), { escrow, terms, stakeWei }));
    const jobId = findCreatedJobId(created)!;
    expect(decodeEvents(created.logs)).toMatchObject([
      { name: "JobCreated", jobId, requester: wallet(0), terms, stakeWei, feeBps: 0, address: escrow },
    ]);

    for (const [index, contributor] of [1, 2, 3].entries()) {
      const accepted = await mined(
        acceptJob(signer(contributor), { escrow, jobId, delegate: wallet(7), bondWei }),
      );
      expect(decodeEvents(accepted.logs)).toMatchObject([
        { name: "JobAccepted", jobId, contributor: wallet(contributor), slot: index, delegate: wallet(7) },
      ]);
    }
    expect(await getJob(reader, { escrow, jobId })).toMatchObject({
      ...{ version, status: "open", takenSlots: [0, 1, 2], stakeWei, bondWei, forfeitedWei: 0n },
      ...{ requester: wallet(0), aggregator: wallet(8), referee: zeroAddress, permitOnly: false },
      ...{ minContributors: 2, maxContributors: 3, acceptBy: terms.acceptBy },
      ...{ trainingPeriod: 86_400, reviewPeriod: 86_400 },
    });

    const delegate = signer(7).account as LocalAccount;
    const domain = { chainId: 80_002, escrow, version: await findEscrowVersion(reader, escrow) };
    expect(domain.version).toBe(version);
    for (const contributor of [1, 2]) {
      const submission = { jobId, contributor: wallet(contributor), adapterCid: cid("a") };
      const signature = await signSubmission(delegate, domain, submission);
      await mined(submitAdapterBySig(signer(8), { escrow, ...submission, signature }));
    }
    const direct = { escrow, jobId, contributor: wallet(3), adapterCid: cid("c") };
    await mined(submitAdapter(signer(3), direct));
    expect(await getSlot(reader, { escrow, jobId, contributor: wallet(3) })).toMatchObject({
      status: "submitted",
      index: 2,
    });

    const before = await Promise.all([1, 2, 3].map((index) => world.balance(wallet(index))));
    const contributors = [3, 1, 2].map(wallet);
    const completed = await mined(
      completeJob(signer(8), { escrow, jobId, resultCid: cid("r"), contributors }),
    );
    const after = await Promise.all([1, 2, 3].map((index) => world.balance(wallet(index))));
    expect(after.map((balance, index) => balance - before[index]!)).toEqual(
      // The first version gave the bond back with the submission.
      Array(3).fill(stakeWei / 3n + (version === "1" ? 0n : bondWei)),
    );
    expect(decodeEvents(completed.logs).map((event) => event.name)).toEqual([
      ...Array(3).fill("JobCompleted"),
      "JobClosed",
    ]);
    expect(decodeEvents(completed.logs).at(-1)).toMatchObject({
      status: "completed",
      resultCid: cid("r"),
      refundWei: 1n,
      feeWei: 0n,
    });
    expect(await world.balance(escrow)).toBe(0n);
    expect(await getJob(reader, { escrow, jobId })).toMatchObject({ status: "completed" });
  });

  it("finds the job that a wallet has just opened with a spec, and none of another spec or wallet", async () => {
    const { escrow, signer, wallet, mined, reader } = world;
    const terms = await world.terms(9_000n, { specCid: cid("f") });
    const jobId = findCreatedJobId(await mined(createJob(signer(0), { escrow, terms, stakeWei: 9_000n })));
    const find = (requester: number, specCid: string) =>
      findRecentJob(reader, { escrow, requester: wallet(requester), specCid });
    expect(await find(0, cid("f"))).toBe(jobId);
    expect(await find(0, cid("g"))).toBeUndefined();
    expect(await find(1, cid("f"))).toBeUndefined();
  });

  it("finds the job of a stake by its transaction, however many were opened since", async () => {
    const { escrow, signer, wallet, mined, reader } = world;
    const terms = await world.terms(9_000n, { specCid: cid("h") });
    const nonce = await reader.getTransactionCount({ address: wallet(0) });
    const { logs, transactionHash } = await mined(createJob(signer(0), { escrow, terms, stakeWei: 9_000n }));
    const jobId = findCreatedJobId({ logs });
    const stake = { escrow, requester: wallet(0), specCid: cid("h"), nonce };
    const follow = (transaction: string) => followStake(reader, { ...stake, transaction });
    for (let others = 0; others < 9; others++) {
      const another = await world.terms(9_000n, { specCid: cid("k") });
      await mined(createJob(signer(1), { escrow, terms: another, stakeWei: 9_000n }));
    }
    expect(await follow(transactionHash)).toEqual({ jobId });
    expect(await follow(`0x${"0".repeat(64)}`)).toBe("failed");
  });

  it("takes no terms of the other version, nor a stake for them", async () => {
    const { escrow, signer, wallet } = world;
    const other = version === "1" ? "2" : "1";
    const terms = termsFor(other, await world.terms(9_000n), { stakeWei: 9_000n, feeBps: 0 });
    const { bondBps, referee, permitOnly, ...first } = terms;
    const before = await world.balance(wallet(0));
    const given = other === "1" ? first : terms;
    await expect(createJob(signer(0), { escrow, terms: given, stakeWei: 9_000n })).rejects.toMatchObject({
      code: "chain-rejected",
    });
    const half = { ...first, bondBps: 1 };
    expect(() => createJob(signer(0), { escrow, terms: half, stakeWei: 9_000n })).toThrow(/no version/);
    expect(await world.balance(wallet(0))).toBe(before);
  });

  it("says in words why the contract refuses a call, with what to do", async () => {
    const { escrow, signer } = world;
    const refused = acceptJob(signer(1), { escrow, jobId: 999n, delegate: zeroAddress, bondWei: 0n });
    await expect(refused).rejects.toThrow(TrainChainError);
    await expect(refused).rejects.toMatchObject({
      code: "conflict",
      message: "Job 999 is not existing, not open.",
      facts: { error: "JobNotOpen", jobId: "999" },
    });
  });
});
