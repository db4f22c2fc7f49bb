import { expect, it } from "vitest";
import { leastCorrect } from "./chance.ts";

it("asks for what the binomial distribution says", () => {
  // Summed independently with math.lgamma in Python.
  expect(leastCorrect(100, 0.1)).toBe(21);
  expect(leastCorrect(60, 0.5)).toBe(43);
  expect(leastCorrect(10_000, 0.01)).toBe(133);
});

it("lets no model pass a holdout that is too small or has one class only", () => {
  expect(leastCorrect(9, 0.5)).toBe(10);
  expect(leastCorrect(10, 0.5)).toBe(10);
  expect(leastCorrect(50, 1)).toBe(51);
});
