import { expect, test } from "vitest";
import { centralRowsPerStep, finalRateOf, rowsPerStepOf } from "./outer-step.ts";

test("whatever their number, contributors take about as many steps as one trainer of all rows", () => {
  for (let contributors = 1; contributors <= 11; contributors++) {
    const steps = centralRowsPerStep / (contributors * rowsPerStepOf(contributors));
    expect(steps).toBeGreaterThanOrEqual(Math.SQRT1_2 - 1e-9);
    expect(steps).toBeLessThanOrEqual(Math.SQRT2 + 1e-9);
  }
  expect(rowsPerStepOf(1)).toBe(centralRowsPerStep);
  expect(rowsPerStepOf(32)).toBe(1);
});

test("one trainer alone ends at a rate of zero", () => {
  expect(finalRateOf(1)).toBe(0);
  expect(finalRateOf(2)).toBeGreaterThan(0);
});
