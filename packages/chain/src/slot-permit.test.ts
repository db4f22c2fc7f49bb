import { mnemonicToAccount } from "viem/accounts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { acceptJob } from "./accept-job.ts";
import { createJob } from "./create-job.ts";
import { findCreatedJobId } from "./decode-event.ts";
import { getJob } from "./get-job.ts";
import { getSlot } from "./get-slot.ts";
import { signSlotPermit } from "./slot-permit.ts";
import { startTestWorld, type TestWorld, zeroAddress } from "./testing/test-world.ts";

const [requester, permitted, other] = [0, 1, 2];
const mnemonic = "test test test test test test test test test test test junk";
const stakeWei = 3_000n;

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld({ version: "2" });
});
afterAll(() => world?.stop());

it("a slot of a job that asks for permits is taken by the very wallet that its requester signed for, and by no other", async () => {
  const { escrow, mined, signer, wallet } = world;
  const terms = await world.terms(stakeWei, { permitOnly: true });
  const created = await mined(createJob(signer(requester), { escrow, terms, stakeWei }));
  const jobId = findCreatedJobId(created) ?? 0n;
  expect(await getJob(world.reader, { escrow, jobId })).toMatchObject({ permitOnly: true });

  const sign = (by: number, contributor: number, signedFor = jobId) =>
    signSlotPermit(
      mnemonicToAccount(mnemonic, { addressIndex: by }),
      { chainId: world.reader.chain.id, escrow },
      { jobId: signedFor, contributor: wallet(contributor) },
    );
  const accept = (by: number, permit?: `0x${string}`) =>
    acceptJob(signer(by), { escrow, jobId, delegate: zeroAddress, bondWei: 0n, permit });

  const permit = await sign(requester, permitted);
  await expect(accept(permitted)).rejects.toMatchObject({ facts: { error: "PermitRequired" } });
  for (const [by, given] of [
    [other, permit],
    [permitted, await sign(other, permitted)],
    [permitted, await sign(requester, permitted, jobId + 1n)],
  ] as const)
    await expect(accept(by, given)).rejects.toMatchObject({
      code: "signature-invalid",
      facts: { error: "InvalidPermit" },
    });
  await mined(accept(permitted, permit));
  const slot = await getSlot(world.reader, { escrow, jobId, contributor: wallet(permitted) });
  expect(slot.status).toBe("accepted");
});
