import { gasOf } from "@trainchain/protocol";
import { mnemonicToAccount } from "viem/accounts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { acceptJob } from "./accept-job.ts";
import { acceptJobBySig } from "./accept-job-by-sig.ts";
import { type Acceptance, signAcceptance } from "./acceptance-signature.ts";
import { assertAcceptedByKey } from "./assert-signed-by-key.ts";
import { createJob } from "./create-job.ts";
import { decodeEvents, findCreatedJobId } from "./decode-event.ts";
import { estimateFees } from "./fees.ts";
import { getSlot } from "./get-slot.ts";
import { signSlotPermit } from "./slot-permit.ts";
import { startTestWorld, type TestWorld } from "./testing/test-world.ts";
import { assertTooPoorToAccept, isTooPoorToAccept } from "./too-poor-to-accept.ts";

const [requester, contributor, other, relay] = [0, 1, 2, 8];
const mnemonic = "test test test test test test test test test test test junk";
const keyOf = (addressIndex: number) => mnemonicToAccount(mnemonic, { addressIndex });
const stakeWei = 3_000n;

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld({ version: "2" });
});
afterAll(() => world?.stop());

const domain = () => ({ chainId: world.reader.chain.id, escrow: world.escrow });

async function openJob(changes: Parameters<TestWorld["terms"]>[1] = {}): Promise<bigint> {
  const { escrow, mined, signer } = world;
  const terms = await world.terms(stakeWei, changes);
  return findCreatedJobId(await mined(createJob(signer(requester), { escrow, terms, stakeWei }))) ?? 0n;
}

async function acceptanceOf(jobId: bigint, changes: Partial<Acceptance> = {}): Promise<Acceptance> {
  const signedUntil = (await world.now()) + 600;
  return {
    jobId,
    contributor: world.wallet(contributor),
    delegate: world.wallet(7),
    signedUntil,
    ...changes,
  };
}

const sign = (by: number, acceptance: Acceptance) =>
  signAcceptance(world.signer(by), { escrow: world.escrow, ...acceptance });
const send = (acceptance: Acceptance, signature: `0x${string}`, permit?: `0x${string}`) =>
  acceptJobBySig(world.signer(relay), { escrow: world.escrow, ...acceptance, signature, permit });

it("a wallet without a coin takes a slot by its signature, once, and is told in words where it does not", async () => {
  const { mined, reader, wallet } = world;
  await reader.setBalance({ address: wallet(contributor), value: 0n });
  const jobId = await openJob();
  const acceptance = await acceptanceOf(jobId);
  const signature = await sign(contributor, acceptance);

  for (const [changed, by] of [
    [{ ...acceptance, delegate: wallet(other) }, signature],
    [acceptance, await sign(other, acceptance)],
  ] as const)
    await expect(send(changed, by)).rejects.toMatchObject({
      code: "signature-invalid",
      facts: { error: "InvalidAcceptance" },
    });
  const late = await acceptanceOf(jobId, { signedUntil: await world.now() });
  const signedLate = await sign(contributor, late);
  await expect(send(late, signedLate)).rejects.toMatchObject({
    code: "gone",
    facts: { error: "AcceptanceExpired" },
  });

  const { logs } = await mined(send(acceptance, signature));
  expect(decodeEvents(logs)).toEqual([
    expect.objectContaining({
      ...{ name: "JobAccepted", jobId, slot: 0 },
      ...{ contributor: wallet(contributor), delegate: wallet(7) },
    }),
  ]);
  const slot = await getSlot(reader, { escrow: world.escrow, jobId, contributor: wallet(contributor) });
  expect(slot).toMatchObject({ status: "accepted", index: 0, delegate: wallet(7) });
  expect(await world.balance(wallet(contributor))).toBe(0n);
  await expect(send(acceptance, signature)).rejects.toMatchObject({ facts: { error: "AlreadyAccepted" } });
});

it("a job with a bond is not taken so, and one for permitted wallets with their permits only", async () => {
  const signed = async (jobId: bigint) => {
    const acceptance = await acceptanceOf(jobId);
    return [acceptance, await sign(contributor, acceptance)] as const;
  };
  const bonded = await signed(await openJob({ bondWei: 100n }));
  await expect(send(...bonded)).rejects.toMatchObject({ facts: { error: "WrongBond" } });

  const jobId = await openJob({ permitOnly: true });
  const closed = await signed(jobId);
  await expect(send(...closed)).rejects.toMatchObject({ facts: { error: "InvalidPermit" } });
  const named = { jobId, contributor: world.wallet(contributor) };
  await world.mined(send(...closed, await signSlotPermit(keyOf(requester), domain(), named)));
});

it("only a key's signature is one that a relay pays for: not another's, and none that code would vouch for", async () => {
  const { reader, wallet } = world;
  const acceptance = await acceptanceOf(await openJob());
  const by = async (index: number) => ({
    ...domain(),
    signature: await sign(index, acceptance),
  });
  await assertAcceptedByKey(reader, await by(contributor), acceptance);
  await expect(assertAcceptedByKey(reader, await by(other), acceptance)).rejects.toMatchObject({
    code: "signature-invalid",
    message: expect.stringContaining("is not signed by"),
  });
  await reader.setCode({ address: wallet(contributor), bytecode: "0x631626ba7e60e01b60005260206000f3" });
  await expect(assertAcceptedByKey(reader, await by(contributor), acceptance)).rejects.toMatchObject({
    code: "signature-invalid",
    message: expect.stringContaining("a contract would have to vouch"),
  });
});

it("a wallet is too poor to take a slot by itself until it holds what that costs, and then it can", async () => {
  const { reader, escrow, wallet, mined, signer } = world;
  const jobId = await openJob();
  const { id: chainId } = reader.chain;
  const costWei = (gasOf.accept + gasOf.permit) * (await estimateFees(reader, chainId)).maxFeePerGas;
  const holds = (value: bigint) => reader.setBalance({ address: wallet(other), value });
  const asked = { chainId, wallet: wallet(other) };
  await holds(costWei - 1n);
  expect(await isTooPoorToAccept(reader, asked)).toBe(true);
  await assertTooPoorToAccept(reader, asked);
  await holds(costWei);
  expect(await isTooPoorToAccept(reader, asked)).toBe(false);
  await expect(assertTooPoorToAccept(reader, asked)).rejects.toMatchObject({ code: "not-ready" });
  await mined(acceptJob(signer(other), { escrow, jobId, delegate: wallet(7), bondWei: 0n }));
});
