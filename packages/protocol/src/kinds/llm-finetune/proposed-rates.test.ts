import { expect, test } from "vitest";
import { centralRowsPerStep } from "../adapters/training-rates.ts";
import { leastSteps, proposeLearningRate, rowsPerStepOf } from "./proposed-rates.ts";

test("whatever their number, contributors take at least as many steps as one trainer of all rows, and not twice as many", () => {
  for (let contributors = 1; contributors <= 8; contributors++) {
    const steps = centralRowsPerStep / (contributors * rowsPerStepOf(contributors));
    expect(steps).toBeGreaterThanOrEqual(1);
    expect(steps).toBeLessThan(2);
  }
  expect(rowsPerStepOf(1)).toBe(centralRowsPerStep);
  expect(rowsPerStepOf(32)).toBe(1);
});

test("few rows are learned from in at least sixty steps, or one by one", () => {
  for (const rows of [10, 60, 119, 120, 500, 5_000])
    for (let contributors = 1; contributors <= 5; contributors++) {
      const rowsPerStep = rowsPerStepOf(contributors, rows);
      expect(rowsPerStep).toBeLessThanOrEqual(rowsPerStepOf(contributors));
      if (rowsPerStep > 1) expect(rows / rowsPerStep).toBeGreaterThanOrEqual(leastSteps);
    }
  expect([119, 120, 240].map((rows) => rowsPerStepOf(2, rows))).toEqual([1, 2, 4]);
});

test("the proposed rate falls with the model's size and the rows", () => {
  expect(proposeLearningRate(0.135, 300)).toBe(1e-3);
  expect(proposeLearningRate(0.135, 20_000)).toBe(5e-4);
  expect(proposeLearningRate(1.54, 300)).toBe(2e-4);
  expect(proposeLearningRate(null, 300)).toBe(2e-4);
});
