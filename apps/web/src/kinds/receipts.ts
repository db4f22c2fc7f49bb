import type { JobKind } from "@trainchain/protocol";
import type { ComponentType } from "react";
import { EmbeddingReceiptView } from "./embedding-finetune/receipt.tsx";
import { ImageReceipt } from "./image-classification/receipt.tsx";
import { LlmReceipt } from "./llm-finetune/receipt.tsx";

/** What each kind of job came to, as its page shows it. */
export const receipts: Record<JobKind, ComponentType<{ jobId: string; isRequester: boolean }>> = {
  "llm-finetune": LlmReceipt,
  "image-classification": ImageReceipt,
  "embedding-finetune": EmbeddingReceiptView,
};
