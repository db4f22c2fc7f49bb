import type { ImageReceipt } from "@trainchain/protocol";
import { TrainChainError } from "@trainchain/protocol";
import fc from "fast-check";
import { expect, it } from "vitest";
import { verifyImageReceipt } from "../kinds/image-classification/verify-image-receipt.ts";
import { parseReceipt } from "./parse-receipt.ts";
import { imageReceipt } from "./testing/image-receipt.ts";
import { mutationsOf } from "./testing/mutations.ts";

/** The field that a document is refused for; undefined where it is a receipt. */
function refusedFor(document: unknown): string | undefined {
  try {
    parseReceipt(document);
    return undefined;
  } catch (error) {
    if (!(error instanceof TrainChainError) || error.code !== "invalid-input") throw error;
    expect(error.message).toContain(String(error.facts.field));
    return String(error.facts.field);
  }
}

it("any document is a receipt or refused with the name of a field", () => {
  fc.assert(fc.property(fc.jsonValue(), (document) => void refusedFor(document)));
  fc.assert(fc.property(fc.jsonValue(), (result) => void refusedFor({ ...imageReceipt, result })));
});

const evidence = { mergedFile: "/nowhere", shards: [], spec: "{}" };

it("whatever is changed in an image job's receipt comes to findings, or to an error that names the field", async () => {
  await fc.assert(
    fc.asyncProperty(
      mutationsOf(imageReceipt),
      fc.constantFrom("{}", "{", "null", ""),
      async (told, spec) => {
        if (refusedFor(told) !== undefined) return;
        const findings = await verifyImageReceipt(parseReceipt(told) as ImageReceipt, { ...evidence, spec });
        expect(findings.length).toBeGreaterThan(5);
      },
    ),
    { numRuns: 1_000 },
  );
});

it.each([
  [
    "payouts.0.amountWei",
    "an amount that is no number",
    (told: ImageReceipt) => (told.payouts[0]!.amountWei = "x"),
  ],
  ["result.jobId", "a job that is no number", (told: ImageReceipt) => (told.result.jobId = "-1")],
  [
    "result.contributors.0.contributor",
    "a wallet that is none",
    (told: ImageReceipt) => (told.result.contributors[0]!.contributor = "0x12"),
  ],
  [
    "result.evaluation.confusion",
    "more images than anybody could count",
    (told: ImageReceipt) =>
      (told.result.evaluation.confusion = [
        [2 ** 52, 0],
        [0, 2 ** 52],
      ]),
  ],
])("found by this: %s with %s is refused by its name", (field, _, change) => {
  const told = structuredClone(imageReceipt);
  expect(refusedFor(told)).toBe(undefined);
  change(told);
  expect(refusedFor(told)).toBe(field);
});
