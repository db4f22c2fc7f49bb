import { parseEther } from "viem";
import { expect, it } from "vitest";
import { whyBondTooLarge, whyHourTooCheap } from "./money-limits.ts";

const slot = (bond: string, share: string) => ({ bondWei: parseEther(bond), shareWei: parseEther(share) });

it("a bond may be as much as the owner allows, and not a wei more", () => {
  expect(whyBondTooLarge(slot("0", "0"), 10)).toBeUndefined();
  expect(whyBondTooLarge(slot("0.1", "1"), 10)).toBeUndefined();
  expect(whyBondTooLarge(slot("0.100000000000000001", "1"), 10)).toMatch(/more than 10 % of the 1 POL/);
  expect(whyBondTooLarge(slot("0.125", "1"), 12.5)).toBeUndefined();
  expect(whyBondTooLarge(slot("5", "1"), 500)).toBeUndefined();
  expect(whyBondTooLarge(slot("0.000001", "1"), 0)).toMatch(/Its bond of 0.000001 POL/);
  expect(whyBondTooLarge(slot("0.000001", "0"), 1_000)).toMatch(/of the 0 POL/);
});

it("an hour may pay as little as the owner allows, and not a wei less", () => {
  const hour = (share: string, estimatedSeconds: number | null) => ({
    shareWei: parseEther(share),
    estimatedSeconds,
  });
  expect(whyHourTooCheap(hour("0", null), 0n)).toBeUndefined();
  expect(whyHourTooCheap(hour("1", 7_200), parseEther("0.5"))).toBeUndefined();
  expect(whyHourTooCheap(hour("1", 7_200), parseEther("0.5") + 1n)).toMatch(
    /7200 s here: an hour pays 0.5 POL/,
  );
  expect(whyHourTooCheap(hour("1", 0), parseEther("3600"))).toBeUndefined();
  expect(whyHourTooCheap(hour("1", null), 1n)).toMatch(/not known/);
});
