import { deliveredLoss, type Receipt } from "@trainchain/protocol";
import { adapterReceiptCheck, gainMetrics, metricsBeside } from "../adapters/receipt-check.ts";
import type { ReceiptCheck } from "../receipt-check.ts";

export const llmReceiptCheck: ReceiptCheck<Receipt> = {
  ...adapterReceiptCheck,
  task: "text-generation",
  metricsOf({ result }) {
    const { evaluation } = result;
    if (!evaluation) return [];
    const { base, gain, measured, holdoutRows } = evaluation;
    const on = `${measured?.rows ?? holdoutRows} held-out rows`;
    const losses = { base: base.loss, delivered: deliveredLoss(result) };
    return [
      ...metricsBeside(losses, { type: "cross-entropy, nats per token", on }),
      ...gainMetrics(gain, "nats per token", "rows"),
    ];
  },
};
