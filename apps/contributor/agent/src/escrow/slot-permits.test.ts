import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Address, SlotPermitFile } from "@trainchain/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openSlotPermits } from "./slot-permits.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "trainchain-permits-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const address = (digit: string): Address => `0x${digit.repeat(40)}`;
const own = { chainId: 80_002, escrow: address("e"), wallet: address("c") };
const permit: SlotPermitFile = {
  ...{ chainId: 80_002, escrow: own.escrow, jobId: "7", contributor: own.wallet },
  permit: `0x${"ab".repeat(65)}`,
};

it("a permit is found again after a restart, for its job alone, whatever case its addresses are written in", async () => {
  const written = { ...permit, contributor: `0x${"C".repeat(40)}` };
  expect(await openSlotPermits(dir, own).keep(written)).toEqual(permit);
  const permits = openSlotPermits(dir, own);
  expect(await permits.find("7")).toBe(permit.permit);
  expect(await permits.find("8")).toBeUndefined();
  expect(await openSlotPermits(dir, { ...own, escrow: address("f") }).find("7")).toBeUndefined();
});

it.each([
  ["no permit", { jobId: "9" }],
  ["a job that is no number", { ...permit, jobId: "../9" }],
  ["another wallet", { ...permit, jobId: "9", contributor: address("d") }],
  ["another contract", { ...permit, jobId: "9", escrow: address("f") }],
  ["another chain", { ...permit, jobId: "9", chainId: 137 }],
])("what is of no use here is refused, and not kept: %s", async (_, given) => {
  const permits = openSlotPermits(dir, own);
  await expect(permits.keep(given)).rejects.toMatchObject({
    code: "invalid-input",
    fix: expect.stringContaining("trainchain job permit"),
  });
  expect(await permits.find("9")).toBeUndefined();
});
