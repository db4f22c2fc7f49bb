import { type ImageReceipt, measuredImages } from "@trainchain/protocol";
import type { ReceiptCheck } from "../receipt-check.ts";
import { verifyImageReceipt } from "./verify-image-receipt.ts";

export const imageReceiptCheck: ReceiptCheck<ImageReceipt> = {
  file: "model.onnx",
  sha256Of: ({ result }) => result.modelSha256,
  usesAdapters: false,
  task: "image-classification",
  /** Beside the accuracy of always naming the most frequent class. */
  metricsOf({ result: { evaluation } }) {
    const rows = `${measuredImages(evaluation)} held-out images`;
    return [
      { type: "accuracy", value: String(evaluation.accuracy), slice: `delivered model, ${rows}` },
      {
        type: "accuracy",
        value: String(evaluation.chance.accuracy),
        slice: `the most frequent class, ${rows}`,
      },
    ];
  },
  verify: verifyImageReceipt,
};
