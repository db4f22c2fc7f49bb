import { type AdapterReceipt, deliveredSha256, type Gain } from "@trainchain/protocol";
import type { Metric, ReceiptCheck } from "../receipt-check.ts";
import { verifyReceipt } from "./verify-receipt.ts";

/** How the receipt of every job whose adapters are merged is computed again. */
export const adapterReceiptCheck: Omit<ReceiptCheck<AdapterReceipt>, "task" | "metricsOf"> = {
  file: "adapter_model.safetensors",
  sha256Of: ({ result }) => deliveredSha256(result),
  usesAdapters: true,
  verify: verifyReceipt,
};

/** Figures of the base model and of what was delivered, in the way of a kind; none of what was not measured. */
export function metricsBeside(
  { base, delivered }: { base: number; delivered: number | undefined },
  { type, on }: { type: string; on: string },
): Metric[] {
  const figure = (value: number, of: string) => ({ type, value: String(value), slice: `${of}, ${on}` });
  return [
    figure(base, "base model"),
    ...(delivered === undefined ? [] : [figure(delivered, "delivered adapter")]),
  ];
}

/** By how much what was delivered is better than the base model, where that was measured. */
export function gainMetrics(gain: Gain | undefined, unit: string, examples: string): Metric[] {
  if (!gain) return [];
  const { mean, interval, rows } = gain;
  return [
    {
      ...{ type: `gain over the base model, ${unit}`, value: String(mean) },
      slice: `${rows} held-out ${examples}`,
      confidenceInterval: { lowerBound: String(mean - interval), upperBound: String(mean + interval) },
    },
  ];
}
