import type { EmbeddingReceipt, ImageReceipt, JobKind, Receipt } from "@trainchain/protocol";
import { embeddingReceiptCheck } from "./embedding-finetune/receipt-check.ts";
import { imageReceiptCheck } from "./image-classification/receipt-check.ts";
import { llmReceiptCheck } from "./llm-finetune/receipt-check.ts";
import type { ReceiptCheck } from "./receipt-check.ts";

interface Checks extends Record<JobKind, ReceiptCheck> {
  "llm-finetune": ReceiptCheck<Receipt>;
  "image-classification": ReceiptCheck<ImageReceipt>;
  "embedding-finetune": ReceiptCheck<EmbeddingReceipt>;
}

/** How the receipt of each kind of job is computed again. */
export const receiptChecks: Checks = {
  "llm-finetune": llmReceiptCheck,
  "image-classification": imageReceiptCheck,
  "embedding-finetune": embeddingReceiptCheck,
};

/** Where a download puts what each contributor delivered, beside receipt.json. */
export const adaptersFolder = "adapters";
