import fc from "fast-check";
import { expect, test } from "vitest";
import { nearestCombination } from "./nearest-combination.ts";

const dot = (x: readonly number[], y: readonly number[]) =>
  x.reduce((sum, value, i) => sum + value * y[i]!, 0);
const vector = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 });

const combine = (vectors: readonly (readonly number[])[], coefficients: readonly number[]) =>
  vectors[0]!.map((_, at) => coefficients.reduce((sum, c, j) => sum + c * vectors[j]![at]!, 0));

test("what the combination leaves over is at right angles to every earlier vector", () => {
  fc.assert(
    fc.property(fc.array(vector, { minLength: 2, maxLength: 4 }), (vectors) => {
      fc.pre(vectors.every((one) => dot(one, one) > 1e-3));
      const last = vectors.length - 1;
      const { coefficients, cosine } = nearestCombination((x, y) => dot(vectors[x]!, vectors[y]!), last);
      const nearest = combine(vectors, coefficients);
      const left = vectors[last]!.map((value, i) => value - nearest[i]!);
      for (const one of vectors.slice(0, -1)) expect(Math.abs(dot(left, one))).toBeLessThan(1e-4);
      expect(cosine ** 2).toBeCloseTo(dot(nearest, nearest) / dot(vectors[last]!, vectors[last]!), 6);
    }),
  );
});

test("a repeated vector opens no direction of its own", () => {
  const vectors = [
    [1, 0, 0],
    [1, 0, 0],
    [0, 1, 0],
    [2, 3, 0],
  ];
  const found = nearestCombination((x, y) => dot(vectors[x]!, vectors[y]!), 3);
  expect(found).toEqual({ cosine: 1, coefficients: [2, 0, 3] });
});

test("nothing before it, or nothing at all, is near nothing", () => {
  expect(nearestCombination(() => 1, 0)).toEqual({ cosine: 0, coefficients: [] });
  expect(nearestCombination(() => 0, 1)).toEqual({ cosine: 0, coefficients: [0] });
});
