import { expect, it } from "vitest";
import { betterThanChance, toEvaluation } from "./better-than-chance.ts";

function counted(confusion: number[][], heldOut?: number) {
  const rows = confusion.flat().reduce((sum, count) => sum + count, 0);
  const correct = confusion.reduce((sum, row, index) => sum + (row[index] ?? 0), 0);
  return toEvaluation({ rows, correct, confusion }, heldOut ?? rows);
}

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

it("of a part of the held-out images says how many these were, and asks for what they can show", () => {
  const confusion = [
    [18, 2],
    [3, 17],
  ];
  const evaluation = counted(confusion, 10_000);
  expect(evaluation).toMatchObject({ holdoutRows: 10_000, measured: { rows: 40 }, accuracy: 0.875 });
  expect(betterThanChance(evaluation)).toMatchObject({
    ...{ verdict: "passed", figure: 0.875, threshold: 31 / 40 },
    message: "35 of 40 judged of 10000 held-out images are named rightly (87.5 %).",
  });
  expect(counted(confusion)).not.toHaveProperty("measured");
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
