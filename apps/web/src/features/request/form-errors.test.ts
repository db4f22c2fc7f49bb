import { createLlmFinetuneSchema } from "@trainchain/protocol";
import { expect, it } from "vitest";
import { readForm, readPol, writePol } from "./form-errors.ts";

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

it("each field that the API would refuse has its complaint", () => {
  const body = {
    uploadId: "not-sent-yet",
    model: "toy-model",
    contributors: 99,
    rank: 8,
    epochs: 0,
    rewardWei: "1",
  };
  const { ok, errors } = readForm(createLlmFinetuneSchema, body);
  expect(ok).toBe(false);
  expect(Object.keys(errors).sort()).toEqual(["contributors", "epochs"]);
});

it("an amount that is written is read as the same wei", () => {
  for (const wei of [0n, 1n, 10n ** 18n, 15n * 10n ** 17n, 123_456_789_012_345_678_901n])
    expect(readPol(writePol(wei))).toBe(wei);
  expect(writePol(15n * 10n ** 17n)).toBe("1.5");
});
