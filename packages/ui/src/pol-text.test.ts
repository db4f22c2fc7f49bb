import { expect, it } from "vitest";
import { readPol, writePol } from "./pol-text.ts";

it.each([
  ["1", 10n ** 18n],
  ["1.5", 15n * 10n ** 17n],
  ["1,5", 15n * 10n ** 17n],
  [" 2 ", 2n * 10n ** 18n],
  ["0.000000000000000001", 1n],
  ["3.", 3n * 10n ** 18n],
  ["0", 0n],
])("%j is %d wei", (text, wei) => {
  expect(readPol(text)).toBe(wei);
});

it.each(["", "-1", "1e3", "1.0000000000000000001", "1,000.5", ".5", "POL", "١", "1".repeat(13)])(
  "%j is no amount",
  (text) => {
    expect(readPol(text)).toBeUndefined();
  },
);

it("an amount that is written is read as the same wei", () => {
  for (const wei of [0n, 1n, 10n ** 18n, 15n * 10n ** 17n, 123_456_789_012_345_678_901n])
    expect(readPol(writePol(wei))).toBe(wei);
  expect(writePol(15n * 10n ** 17n)).toBe("1.5");
});
