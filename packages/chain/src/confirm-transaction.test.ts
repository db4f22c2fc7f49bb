import { afterAll, beforeAll, expect, it } from "vitest";
import { acceptJob, encodeAcceptJob } from "./accept-job.ts";
import { confirmTransaction } from "./confirm-transaction.ts";
import { createJob } from "./create-job.ts";
import { findCreatedJobId } from "./decode-event.ts";
import { startTestWorld, type TestWorld, zeroAddress } from "./testing/test-world.ts";

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
afterAll(() => world?.stop());

it("of two that take the last slot in one block, the second hears in words that all are taken", async () => {
  const { escrow, reader, signer, mined } = world;
  const terms = await world.terms(9_000n, { minContributors: 1, maxContributors: 1 });
  const jobId = findCreatedJobId(await mined(createJob(signer(0), { escrow, terms, stakeWei: 9_000n })))!;
  const { to, data } = encodeAcceptJob({ escrow, jobId, delegate: zeroAddress, bondWei: 0n });
  await reader.setAutomine(false);
  // The gas is given, or the node would see already that all is taken.
  const accept = (index: number) =>
    reader.sendUnsignedTransaction({ from: world.wallet(index), to, data, gas: 200_000n });
  const [first, second] = [await accept(1), await accept(2)];
  await reader.mine({ blocks: 1 });
  await reader.setAutomine(true);
  const outcomes = await Promise.allSettled([first, second].map((hash) => confirmTransaction(reader, hash)));
  expect(outcomes.find(({ status }) => status === "fulfilled")).toMatchObject({
    value: { status: "success" },
  });
  expect(outcomes.find(({ status }) => status === "rejected")).toMatchObject({
    reason: {
      code: "conflict",
      message: `All slots of job ${jobId} are taken.`,
      facts: { error: "NoFreeSlot" },
    },
  });
});

it("a transaction that reverted and would not any more is told as reverted", async () => {
  const { escrow, reader, signer, mined } = world;
  const stakeWei = 9_000n;
  const terms = await world.terms(stakeWei);
  const jobId = findCreatedJobId(await mined(createJob(signer(0), { escrow, terms, stakeWei })))!;
  const call = await acceptJob(signer(1), { escrow, jobId, delegate: zeroAddress, bondWei: 0n });
  const { input } = await reader.getTransaction({ hash: call });
  // Too little gas to get anywhere: no word of the contract's.
  const hash = await reader.sendUnsignedTransaction({
    from: world.wallet(2),
    to: escrow,
    data: input,
    gas: 24_000n,
  });
  await expect(confirmTransaction(reader, hash)).rejects.toMatchObject({
    code: "chain-rejected",
    message: `the transaction ${hash} was reverted`,
  });
});
