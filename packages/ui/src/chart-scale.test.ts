import { expect, it } from "vitest";
import { linearScale, logScale, nearest, smoothed } from "./chart-scale.ts";

it("a linear scale has whole ticks around its values, also where all are equal", () => {
  const { ticks, place } = linearScale([0.3, 4.1], 0, 100);
  expect(ticks).toEqual([0, 1, 2, 3, 4, 5]);
  expect([place(0), place(5)]).toEqual([0, 100]);
  expect(linearScale([2, 2], 0, 100).ticks.length).toBeGreaterThan(1);
});

it("a logarithmic scale gives each factor the same room", () => {
  const { ticks, place } = logScale([0.03, 4], 0, 100);
  expect(ticks).toEqual([0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]);
  expect(place(0.2) - place(0.02)).toBeCloseTo(place(2) - place(0.2));
  expect([place(0.02), place(5)]).toEqual([0, 100]);
  for (const value of [1, 0.5, 3]) {
    const equal = logScale([value, value], 0, 100);
    expect(equal.ticks.length).toBeGreaterThan(1);
    expect(equal.place(value)).toBeGreaterThanOrEqual(0);
    expect(equal.place(value)).toBeLessThanOrEqual(100);
  }
});

it("smoothing leaves a constant as it is, begins at the first point and follows a step slowly", () => {
  const of = (...values: number[]) => smoothed(values.map((y, x) => ({ x, y }))).map(({ y }) => y);
  for (const y of of(3, 3, 3)) expect(y).toBeCloseTo(3);
  const [first, second] = of(4, 0) as [number, number];
  expect(first).toBeCloseTo(4);
  expect(second).toBeCloseTo((4 * 0.8 * 0.2) / (0.8 * 0.2 + 0.2));
});

it("finds the nearest point, and none of none", () => {
  const points = [1, 4, 10].map((x) => ({ x }));
  expect([-5, 2, 2.6, 6.9, 7.1, 99].map((x) => nearest(points, x)?.x)).toEqual([1, 1, 4, 4, 10, 10]);
  expect(nearest([], 1)).toBeUndefined();
});
