import { expect, test } from "vitest";
import { centralRowsPerStep, finalRateOf, rowsPerStepOf, stepRates } from "./training-rates.ts";
import vectors from "./training-rates.vectors.json" with { type: "json" };

test("whatever their number, contributors take at least as many steps as one trainer of all rows, and not twice as many", () => {
  for (let contributors = 1; contributors <= 8; contributors++) {
    const steps = centralRowsPerStep / (contributors * rowsPerStepOf(contributors));
    expect(steps).toBeGreaterThanOrEqual(1);
    expect(steps).toBeLessThan(2);
  }
  expect(rowsPerStepOf(1)).toBe(centralRowsPerStep);
  expect(rowsPerStepOf(32)).toBe(1);
});

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
