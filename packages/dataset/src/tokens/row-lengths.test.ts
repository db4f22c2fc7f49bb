import { expect, it } from "vitest";
import { describeFit, describeLengths, fitOf, proposeMaxLength, trainedTokens } from "./row-lengths.ts";

/** Rows of these lengths, whose answers begin in their middle. */
const rowsOf = (...lengths: number[]) => lengths.map((length) => ({ length, answerAt: length / 2 }));

it("a row is cut where it is longer than the length, and lost where its answer begins behind it", () => {
  expect(fitOf(rowsOf(100, 128, 130, 254, 256, 300), 128)).toEqual({ rows: 6, cut: 2, dropped: 2 });
  expect(fitOf(rowsOf(64, 128), 128)).toEqual({ rows: 2, cut: 0, dropped: 0 });
});

it("what is trained on at a length is the rows that are not lost, up to it", () => {
  expect(trainedTokens(rowsOf(100, 130, 300), 128, 3)).toBe(228);
  expect(trainedTokens(rowsOf(100, 130, 300), 128, 3_000)).toBe(228_000);
  expect(trainedTokens([], 128, 0)).toBe(0);
});

it("a length is proposed that holds 99 of 100 rows whole, in steps of 64 and within the model's own", () => {
  const mostlyShort = rowsOf(...Array.from({ length: 99 }, () => 200), 5_000);
  expect(proposeMaxLength(mostlyShort, 4_096)).toBe(256);
  expect(proposeMaxLength(rowsOf(5_000), 4_096)).toBe(4_096);
  expect(proposeMaxLength(rowsOf(10), 4_096)).toBe(128);
});

it("is told in words, as counts of all rows or as shares of those drawn", () => {
  const rows = rowsOf(100, 130, 300, 400);
  expect(describeFit(fitOf(rows, 512), 4)).toBeUndefined();
  expect(describeFit(fitOf(rows, 128), 4)).toBe(
    "1 of 4 rows are longer and are cut at their end; 2 of 4 rows have no answer within it and are not used",
  );
  expect(describeFit(fitOf(rows, 256), 1_000)).toBe("50.0 % of the rows are longer and are cut at their end");
  expect(describeLengths(rows, 4)).toBe("a row has 130 tokens in the median and 400 at most, all rows 930");
  expect(describeLengths(rows, 1_000)).toContain("all rows about 232,500 (4 rows drawn by chance)");
});
