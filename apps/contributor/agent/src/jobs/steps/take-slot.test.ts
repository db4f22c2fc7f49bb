import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { acceptJob, encodeAcceptJob, signSlotPermit } from "@trainchain/chain";
import type { Address } from "@trainchain/protocol";
import { type EscrowChain, roles, startEscrowChain, testWallet, waitFor } from "@trainchain/testing";
import { parseGwei, zeroAddress } from "viem";
import { sendTransaction } from "viem/actions";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openEscrow } from "../../escrow/chain.ts";
import { openSlotPermits } from "../../escrow/slot-permits.ts";
import { adoptSlot } from "../adopt-slot.ts";
import type { JobRecords } from "../job-records.ts";
import type { StepContext } from "../step-context.ts";
import { takeSlot } from "./take-slot.ts";

let chain: EscrowChain;
let dataDir: string;
beforeAll(async () => {
  [chain, dataDir] = await Promise.all([
    startEscrowChain(),
    mkdtemp(join(tmpdir(), "trainchain-take-slot-")),
  ]);
});
afterAll(async () => {
  await chain?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const contributor = roles.firstContributor;
const rival = roles.firstContributor + 1;

/** The agent's step for one job, on the real chain. */
async function contextOf(jobId: bigint, changes: Partial<StepContext> = {}): Promise<StepContext> {
  const account = testWallet(contributor);
  const escrow = await openEscrow({
    rpcUrl: chain.rpcUrl,
    chainId: chain.client.chain.id,
    chainName: "local",
    escrow: chain.escrow,
    contributor: account.address.toLowerCase() as Address,
    account,
  });
  const record = () => ({ jobId: jobId.toString() });
  return {
    escrow,
    permits: openSlotPermits(dataDir, { ...escrow, wallet: chain.wallet(contributor) }),
    delegate: testWallet(roles.stranger),
    record,
    note() {},
    mostBondPercent: 10,
    ...changes,
  } as StepContext;
}

it("a last slot that another takes in the same block is missed, in words, and no fault", async () => {
  const jobId = await chain.openJob({ maxContributors: 1 });
  const context = await contextOf(jobId);
  await chain.client.setAutomine(false);
  const taking = takeSlot(context);
  await waitFor("the agent's acceptance", async () => (await chain.client.getTxpoolStatus()).pending === 1);
  // The higher tip goes first; the gas is given, or the node would see already that all is taken.
  const fees = { gas: 200_000n, maxFeePerGas: parseGwei("900"), maxPriorityFeePerGas: parseGwei("800") };
  const faster = encodeAcceptJob({ escrow: chain.escrow, jobId, delegate: zeroAddress, bondWei: 0n });
  await sendTransaction(chain.signer(rival), { ...faster, ...fees });
  await chain.client.mine({ blocks: 1 });
  await chain.client.setAutomine(true);
  expect(await taking).toEqual({
    to: "missed",
    facts: { reason: `All slots of job ${jobId} are taken.` },
  });
});

it("a bond above the owner's limit is not locked, whatever the platform said of it; the owner can raise the limit", async () => {
  const bonded = async (mostBondPercent: number) => {
    const jobId = await chain.openJob({ maxContributors: 1, bondWei: 100n }, 1_000n);
    return takeSlot(await contextOf(jobId, { mostBondPercent }));
  };
  expect(await bonded(9.9)).toEqual({
    to: "missed",
    facts: {
      reason: expect.stringMatching(/^Its bond of .* is more than 9.9 % of the .* that a delivery is paid/),
    },
  });
  expect(await bonded(10)).toMatchObject({ to: "accepted" });
});

it("a slot that takes the requester's permit is taken with it, and missed in words without it", async () => {
  const jobId = await chain.openJob({ maxContributors: 1, permitOnly: true });
  const context = await contextOf(jobId);
  expect(await takeSlot(context)).toEqual({
    to: "missed",
    facts: { reason: `A slot of job ${jobId} is taken with its requester's permit only.` },
  });
  const [chainId, mine] = [chain.client.chain.id, chain.wallet(contributor)];
  const permitted = { chainId, escrow: chain.escrow, contributor: mine };
  const keep = async (signer: number) =>
    context.permits.keep({
      ...{ ...permitted, jobId: `${jobId}` },
      permit: await signSlotPermit(testWallet(signer), permitted, { jobId, contributor: mine }),
    });
  await keep(rival);
  expect(await takeSlot(context)).toEqual({
    to: "missed",
    facts: { reason: expect.stringContaining("is not signed by the requester of job") },
  });
  await keep(roles.requester);
  expect(await takeSlot(context)).toMatchObject({ to: "accepted", facts: { slot: 0 } });
});

it("a slot that another agent of the wallet has is that agent's, and one without a delegate is the wallet's", async () => {
  const taken = async (delegate: Address) => {
    const jobId = await chain.openJob();
    const slot = { escrow: chain.escrow, jobId, delegate, bondWei: 0n };
    await chain.mined(acceptJob(chain.signer(contributor), slot));
    return { jobId: `${jobId}`, context: await contextOf(jobId) };
  };
  const others = await taken(chain.wallet(rival));
  expect(await takeSlot(others.context)).toEqual({
    to: "missed",
    facts: { reason: "Another agent of this wallet has the slot." },
  });
  // Nothing is kept of it either: that there are no records would show.
  const adopting = adoptSlot(
    { ...others.context, patience: { pollMs: 20 }, signal: AbortSignal.timeout(5_000) } as StepContext,
    {} as JobRecords,
    others.jobId,
  );
  await expect(adopting).rejects.toMatchObject({
    code: "conflict",
    facts: { delegate: chain.wallet(rival) },
  });
  for (const delegate of [zeroAddress, chain.wallet(roles.stranger)])
    expect(await takeSlot((await taken(delegate)).context)).toMatchObject({ to: "accepted" });
});
