import {
  type AdapterReceipt,
  type AnyReceipt,
  deliveredSha256,
  type EmbeddingReceipt,
  type ImageReceipt,
  type JobKind,
  type Receipt,
} from "@trainchain/protocol";
import type { Finding } from "../receipt/findings.ts";
import { verifyImageReceipt } from "../receipt/verify-image-receipt.ts";
import { type ReceiptEvidence, verifyReceipt } from "../receipt/verify-receipt.ts";
import { adapterMetrics, embeddingMetrics, imageMetrics, type Metric } from "./metrics.ts";

export interface ReceiptCheck<OfKind extends AnyReceipt = AnyReceipt> {
  /** The downloaded file that the receipt is about. */
  file: string;
  /** What that file's sha256 is by the receipt. */
  sha256Of(receipt: OfKind): string;
  /** Whether the receipt is computed again from what each contributor delivered. */
  usesAdapters: boolean;
  /** What the delivered model is for, as hubs name tasks. */
  task: string;
  /** What was measured of it. */
  metricsOf(receipt: OfKind): Metric[];
  verify(receipt: OfKind, evidence: ReceiptEvidence): Promise<Finding[]>;
}

interface Checks extends Record<JobKind, ReceiptCheck> {
  "llm-finetune": ReceiptCheck<Receipt>;
  "image-classification": ReceiptCheck<ImageReceipt>;
  "embedding-finetune": ReceiptCheck<EmbeddingReceipt>;
}

const ofAdapters: Omit<ReceiptCheck<AdapterReceipt>, "task" | "metricsOf"> = {
  file: "adapter_model.safetensors",
  sha256Of: ({ result }) => deliveredSha256(result),
  usesAdapters: true,
  verify: verifyReceipt,
};

/** How the receipt of each kind of job is computed again. */
export const receiptChecks: Checks = {
  "llm-finetune": {
    ...ofAdapters,
    task: "text-generation",
    metricsOf: adapterMetrics,
  },
  "image-classification": {
    file: "model.onnx",
    sha256Of: ({ result }) => result.modelSha256,
    usesAdapters: false,
    task: "image-classification",
    metricsOf: imageMetrics,
    verify: verifyImageReceipt,
  },
  "embedding-finetune": {
    ...ofAdapters,
    task: "sentence-similarity",
    metricsOf: embeddingMetrics,
  },
};

/** Where a download puts what each contributor delivered, beside receipt.json. */
export const adaptersFolder = "adapters";
