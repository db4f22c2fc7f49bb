import type { ImageReceipt } from "@trainchain/protocol";

const cid = `bafkrei${"a".repeat(52)}`;
const address = `0x${"12".repeat(20)}`;

/** A whole receipt of an image job, as the platform writes it. */
export const imageReceipt: ImageReceipt = {
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
