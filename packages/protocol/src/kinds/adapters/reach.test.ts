import { expect, test } from "vitest";
import { growthReach, reachOf } from "./reach.ts";
import type { AdapterSpec } from "./spec.ts";

const specOf = (
  rows: number,
  {
    epochs = 1,
    counted = true,
    series,
  }: { epochs?: number; counted?: boolean; series?: { round: number } } = {},
) =>
  ({
    training: { epochs, learningRate: 1e-3, maxLength: 512, rowsPerStep: 4, finalRate: 0.3 },
    dataset: { shardRows: [999, rows], fittingRows: counted ? [0, rows] : undefined },
    series: series && { rounds: 4, ...series },
  }) as AdapterSpec;

test("the reach is the sum of the learning rates of the shard's own steps", () => {
  expect(reachOf(specOf(40), 1).rateSum).toBeCloseTo(7.2e-3, 9);
  expect(reachOf(specOf(1), 1).rateSum).toBeCloseTo(1e-3, 12);
});

test("so few steps as half precision may skip ask for no more than that something moved", () => {
  expect(reachOf(specOf(20), 1).least).toBe(0);
  expect(reachOf(specOf(400), 1).least).toBeGreaterThan(0.1);
});

test("thousands of steps ask for less than a hundred, because settled values walk about", () => {
  const [hundred, thousands] = [reachOf(specOf(400), 1), reachOf(specOf(400, { epochs: 40 }), 1)];
  expect(thousands.least).toBeLessThan(hundred.least / 2);
  expect(thousands.least).toBeGreaterThan(0.015);
});

test("rows that were not counted ask for nothing, because fewer may have been trained on", () => {
  const reach = reachOf(specOf(400, { counted: false }), 1);
  expect(reach.least).toBe(0);
});

test("gradients that grow take low rates and many steps farther than the sum of the rates, and are given room", () => {
  // Farthest value of honest work by torch's AdamW at a rate of 1e-5: 600 steps 1.62; at 1e-6: 1,500 steps 1.52.
  const mostIn = (steps: number) => reachOf(specOf(steps * 4), 1).most;
  expect(mostIn(600)).toBeGreaterThan(1.62 * 1.2);
  expect(mostIn(1500)).toBeGreaterThan(1.52 * 1.2);
  for (const steps of [1, 10, 40]) expect(mostIn(steps)).toBe(1.5);
  for (const steps of [1000, 3000, 30_000]) expect(mostIn(steps)).toBeLessThan(2.3);
});

test("a gradient that grows as the square makes steps of √5 rates at most", () => {
  expect(growthReach([1])).toBe(0);
  const steady = Array.from({ length: 800 }, () => 1);
  expect(growthReach(steady)).toBeGreaterThan(Math.sqrt(3));
  expect(growthReach(steady)).toBeLessThan(Math.sqrt(5));
});

test("moments carried from an earlier round may move values farther", () => {
  expect(reachOf(specOf(400, { series: { round: 1 } }), 1).most).toBe(1.5);
  expect(reachOf(specOf(400, { series: { round: 2 } }), 1).most).toBe(3.2);
});
