import { expect, test } from "vitest";
import { chooseDelivered } from "./choose-delivered.ts";

const merged = [2, 2, 2, 2];

test("a candidate that is better on both halves is delivered, with its figures beside the merge's", () => {
  expect(chooseDelivered(merged, [{ name: "a", rowLosses: [1, 1.5, 1, 1.5] }])).toEqual({
    name: "a",
    chosenOn: { rows: 2, loss: 1, merged: 2 },
    judgedOn: { rows: 2, loss: 1.5, merged: 2 },
  });
});

test("the best of the one half is not delivered where the other half says otherwise", () => {
  const lucky = { name: "lucky", rowLosses: [1, 2.1, 1, 2.1] };
  const steady = { name: "steady", rowLosses: [1.5, 1.5, 1.5, 1.5] };
  expect(chooseDelivered(merged, [lucky])).toBeUndefined();
  // The other half judges the one that was chosen; were it to choose again, it would no longer be a judge.
  expect(chooseDelivered(merged, [lucky, steady])).toBeUndefined();
  expect(chooseDelivered(merged, [steady])?.name).toBe("steady");
});

test("what is better by no more than chance makes does not stand in for the merge", () => {
  const rows = [2, 2, 2, 2, 2, 2, 2, 2];
  expect(
    chooseDelivered(rows, [{ name: "luck", rowLosses: [1.9, 1.5, 1.9, 2.4, 1.9, 1.6, 1.9, 2.3] }]),
  ).toBeUndefined();
  expect(
    chooseDelivered(rows, [{ name: "skill", rowLosses: [1.9, 1.8, 1.9, 1.7, 1.9, 1.8, 1.9, 1.7] }])?.name,
  ).toBe("skill");
});

test("the merge is delivered where nothing is better, or nothing was measured on the same rows", () => {
  expect(chooseDelivered(merged, [])).toBeUndefined();
  expect(chooseDelivered(merged, [{ name: "same", rowLosses: merged }])).toBeUndefined();
  expect(chooseDelivered(merged, [{ name: "fewer rows", rowLosses: [1, 1] }])).toBeUndefined();
  expect(chooseDelivered([], [{ name: "none", rowLosses: [] }])).toBeUndefined();
});
