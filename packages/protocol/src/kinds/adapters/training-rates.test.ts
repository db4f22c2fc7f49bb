import { expect, test } from "vitest";
import { finalRateOf, stepRates } from "./training-rates.ts";
import vectors from "./training-rates.vectors.json" with { type: "json" };

test("one trainer alone ends at a rate of zero", () => {
  expect(finalRateOf(1)).toBe(0);
  expect(finalRateOf(2)).toBeGreaterThan(0);
});

test.each(vectors)(
  "steps and rates are the trainer's: $rows rows, $epochs epochs, round $round of $rounds",
  (plan) => {
    const rates = stepRates({ ...plan, learningRate: 1 });
    expect(rates).toHaveLength(plan.steps);
    expect(rates.reduce((sum, rate) => sum + rate, 0)).toBeCloseTo(plan.sum, 8);
  },
);
