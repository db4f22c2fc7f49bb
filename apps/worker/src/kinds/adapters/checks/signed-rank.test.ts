import { expect, test } from "vitest";
import { signedRankP } from "./signed-rank.ts";

test("the p-value is the share of sign patterns with as large a sum of positive ranks", () => {
  expect(signedRankP([1, 2, 3])).toBe(1 / 8);
  expect(signedRankP([-1, 2, 3])).toBe(2 / 8);
  expect(signedRankP([-1, -2, -3])).toBe(1);
  // All of the ranks 1 to 5, all but 1, and all but 2.
  expect(signedRankP([5, 4, 3, -2, 1])).toBe(3 / 32);
});

test("equal sizes share their ranks, and rows without a difference say nothing", () => {
  // Ranks 1.5, 1.5 and 3.
  expect(signedRankP([1, -1, 2])).toBe(3 / 8);
  expect(signedRankP([0, 1, 2, 0, 3])).toBe(1 / 8);
  expect(signedRankP([0, 0])).toBe(1);
});

test("many rows are judged by the normal distribution as few are exactly", () => {
  const some = Array.from({ length: 100 }, (_, i) => (i % 5 === 0 || i % 3 === 0 ? -1 : 1) * (i + 1));
  const p = signedRankP(some);
  expect(signedRankP([...some, 1e-9])).toBeCloseTo(p, 2);
  expect(signedRankP(some.map((one) => -one))).toBeCloseTo(1 - p, 2);
});
