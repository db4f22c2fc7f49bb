import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { slotPermitFileSchema } from "@trainchain/protocol";
import { roles } from "@trainchain/testing";
import { zeroAddress } from "viem";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type JobWorld, startJobWorld } from "./job-world.ts";
import type { Person } from "./people.ts";

let world: JobWorld;
let dir: string;
let permitted: Person;
let other: Person;
const first = roles.firstContributor;
const request = { contributors: 1, minContributors: 1, rewardWei: 1_000_000n };

beforeAll(async () => {
  [world, dir] = await Promise.all([
    startJobWorld({ escrowVersion: "2" }),
    mkdtemp(join(tmpdir(), "trainchain-permits-")),
  ]);
  [permitted, other] = await Promise.all([world.person(first), world.person(first + 1)]);
});
afterAll(async () => {
  await world?.stop();
  await rm(dir, { recursive: true, force: true });
});

const permit = (by: number, jobId: bigint, ...more: string[]) =>
  world.trainchain(by, "job", "permit", `${jobId}`, "--contributor", permitted.wallet, ...more);

it("a job that asks for permits is done by the wallet that `trainchain job permit` lets, and by nobody else", async () => {
  const gains = await world.openLedger({ requester: world.requester, permitted, other });
  const jobId = await world.openJob({ ...request, permitOnly: true });
  expect((await other.api.getJob(jobId)).terms).toMatchObject({ permitOnly: true });
  await expect(world.accept(jobId, permitted)).rejects.toMatchObject({ facts: { error: "PermitRequired" } });

  const foreign = await permit(first + 1, jobId, "--out", join(dir, "foreign.json"));
  expect(foreign).toMatchObject({ code: 2, document: { error: { code: "forbidden" } } });
  const file = join(dir, "permit.json");
  const made = await permit(roles.requester, jobId, "--out", file);
  expect([made.code, made.document]).toEqual([0, expect.objectContaining({ jobId: `${jobId}`, file })]);
  const handed = slotPermitFileSchema.parse(JSON.parse(await readFile(file, "utf8")));
  expect(handed).toMatchObject({ escrow: world.escrow, contributor: permitted.wallet });

  const stolen = world.accept(jobId, other, zeroAddress, handed.permit);
  await expect(stolen).rejects.toMatchObject({ facts: { error: "InvalidPermit" } });
  await world.accept(jobId, permitted, zeroAddress, handed.permit);
  await world.deliver(jobId, permitted);
  await world.untilStatus(jobId, "completed");
  expect(await gains()).toEqual({
    requester: -1_000_000n,
    permitted: 950_000n,
    other: 0n,
    feeReceiver: 50_000n,
  });
});

it("a job that anybody may take needs no permit, and the requester is told so", async () => {
  const jobId = await world.openJob(request);
  expect(await permit(roles.requester, jobId)).toMatchObject({
    code: 2,
    document: { error: { code: "conflict", message: expect.stringContaining("lets anybody take a slot") } },
  });
  const missing = await permit(roles.requester, jobId + 1_000n);
  expect(missing).toMatchObject({ code: 2, document: { error: { code: "not-found" } } });
});

it("following the chain again gives the very rows that were derived while all this happened", async () => {
  const { followed, again } = await world.followAgain();
  expect(again).toEqual(followed);
  expect(followed.jobs).toHaveLength(2);
});
