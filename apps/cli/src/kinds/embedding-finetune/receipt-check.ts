import { type EmbeddingReceipt, scoreOfDelivered } from "@trainchain/protocol";
import { adapterReceiptCheck, gainMetrics, metricsBeside } from "../adapters/receipt-check.ts";
import type { ReceiptCheck } from "../receipt-check.ts";

export const embeddingReceiptCheck: ReceiptCheck<EmbeddingReceipt> = {
  ...adapterReceiptCheck,
  task: "sentence-similarity",
  metricsOf({ result }) {
    const { evaluation } = result;
    if (!evaluation) return [];
    const { base, gain, measured } = evaluation;
    const recalls = { base: base.recallAt10, delivered: scoreOfDelivered(result)?.recallAt10 };
    return [
      ...metricsBeside(recalls, { type: "recall@10", on: `${measured.rows} held-out pairs` }),
      ...gainMetrics(gain, "recall@10", "pairs"),
    ];
  },
};
