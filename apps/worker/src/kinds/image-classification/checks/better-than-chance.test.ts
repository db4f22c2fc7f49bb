import { expect, it } from "vitest";
import { betterThanChance, toEvaluation } from "./better-than-chance.ts";

const counted = (confusion: number[][]) =>
  toEvaluation({
    rows: confusion.flat().reduce((sum, count) => sum + count, 0),
    correct: confusion.reduce((sum, row, index) => sum + (row[index] ?? 0), 0),
    confusion,
  });

it("asks for more than always naming the most frequent class would reach", () => {
  const evaluation = counted([
    [18, 2],
    [3, 17],
  ]);
  expect(evaluation.chance).toMatchObject({ accuracy: 0.5, leastCorrect: 31 });
  expect(betterThanChance(evaluation)).toMatchObject({
    verdict: "passed",
    figure: 0.875,
    threshold: 31 / 40,
  });
});

it("refuses a model that names one class for everything, and says what was asked", () => {
  const check = betterThanChance(
    counted([
      [20, 0],
      [20, 0],
    ]),
  );
  expect(check).toMatchObject({ check: "better-than-chance", verdict: "failed", figure: 0.5 });
  expect(check.message).toContain("no better than chance: 31 are asked");
});
