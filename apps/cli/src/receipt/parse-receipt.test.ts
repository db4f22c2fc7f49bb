import type { ImageReceipt } from "@trainchain/protocol";
import { TrainChainError } from "@trainchain/protocol";
import fc from "fast-check";
import { expect, it } from "vitest";
import { parseReceipt } from "./parse-receipt.ts";
import { mutationsOf } from "./testing/mutations.ts";
import { verifyImageReceipt } from "./verify-image-receipt.ts";

const cid = `bafkrei${"a".repeat(52)}`;
const address = `0x${"12".repeat(20)}`;

/** A whole receipt of an image job, as the platform writes it. */
const imageReceipt: ImageReceipt = {
  result: {
    version: 1,
    kind: "image-classification",
    jobId: "7",
    chainId: 80_002,
    escrow: address,
    specCid: cid,
    bundleCid: cid,
    modelSha256: "b".repeat(64),
    unopened: null,
    model: { id: "yolov8n-cls", revision: "v1" },
    classes: ["cat", "dog"],
    contributors: [
      {
        contributor: address,
        slot: 0,
        rows: 90,
        weight: 1,
        adapterCid: cid,
        adapterSha256: "c".repeat(64),
        sizeBytes: 1_000,
        checks: [{ check: "onnx", verdict: "passed", figure: null, threshold: null, message: "It is." }],
      },
    ],
    evaluation: {
      holdoutRows: 10,
      correct: 9,
      accuracy: 0.9,
      chance: { accuracy: 0.5, significance: 0.001, leastCorrect: 11 },
      confusion: [
        [5, 0],
        [1, 4],
      ],
    },
    communicationBytes: 2_000,
  },
  resultCid: cid,
  status: "completed",
  stakeWei: "1000",
  feeWei: "50",
  refundWei: "0",
  payouts: [{ contributor: address, amountWei: "950" }],
  transactions: [{ event: "JobCreated", hash: `0x${"d".repeat(64)}`, blockNumber: "1" }],
};

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
