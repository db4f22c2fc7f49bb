import { expect, test } from "vitest";
import { pairedGain, verdictOfGain } from "./gain.ts";

test("a gain is the mean of the rows' differences, with Student's interval", () => {
  // Differences 0.1 to 0.9 in nine rows: standard deviation 0.27386, quantile of 8 degrees 2.30600.
  const after = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1];
  const gain = pairedGain(Array(9).fill(1), after);
  expect(gain).toMatchObject({ rows: 9, before: 1 });
  expect(gain?.mean).toBeCloseTo(0.5, 10);
  expect(gain?.interval).toBeCloseTo((2.306 * 0.27386) / 3, 3);
});

test("what makes a row hard for both models does not widen the interval", () => {
  const hard = [1, 5, 2, 9, 3];
  const lower = hard.map((loss) => loss - 0.2);
  expect(pairedGain(hard, lower)?.interval).toBeCloseTo(0, 10);
});

test.each([
  [{ mean: 0.2, interval: 0.1 }, "better"],
  [{ mean: 0.1, interval: 0.2 }, "unclear"],
  [{ mean: -0.1, interval: 0.2 }, "unclear"],
  [{ mean: -0.3, interval: 0.2 }, "worse"],
  [{ mean: 0, interval: 0 }, "unclear"],
] as const)("%o is %s", (gain, verdict) => {
  expect(verdictOfGain(gain)).toBe(verdict);
});

test("one row, or rows that are not the same, tell nothing", () => {
  expect(pairedGain([1], [0.5])).toBeUndefined();
  expect(pairedGain([1, 2], [0.5])).toBeUndefined();
});
