import {
  deliveredLoss,
  type EmbeddingReceipt,
  type Gain,
  type ImageReceipt,
  type Receipt,
  scoreOfDelivered,
} from "@trainchain/protocol";

/** A figure of CycloneDX's model card: what was measured, on what, and where it is known its interval of 95 %. */
export interface Metric {
  type: string;
  value: string;
  slice: string;
  confidenceInterval?: { lowerBound: string; upperBound: string };
}

/** The held-out losses of a fine-tuning job, and by how much the delivered adapter's is lower than the base model's. */
export function adapterMetrics({ result }: Receipt): Metric[] {
  const { evaluation } = result;
  if (!evaluation) return [];
  const rows = `${evaluation.measured?.rows ?? evaluation.holdoutRows} held-out rows`;
  const loss = (value: number | undefined, of: string): Metric[] =>
    value === undefined
      ? []
      : [{ type: "cross-entropy, nats per token", value: String(value), slice: `${of}, ${rows}` }];
  const { base, gain } = evaluation;
  const gained = gain ? [gainMetric(gain, "nats per token", "rows")] : [];
  return [...loss(base.loss, "base model"), ...loss(deliveredLoss(result), "delivered adapter"), ...gained];
}

function gainMetric({ mean, interval, rows }: Gain, unit: string, what: string): Metric {
  return {
    ...{ type: `gain over the base model, ${unit}`, value: String(mean) },
    slice: `${rows} held-out ${what}`,
    confidenceInterval: { lowerBound: String(mean - interval), upperBound: String(mean + interval) },
  };
}

/** How often an embedding job's encoder finds the right text, and by how much more often than the base model. */
export function embeddingMetrics({ result }: EmbeddingReceipt): Metric[] {
  const { evaluation } = result;
  if (!evaluation) return [];
  const { base, gain, measured } = evaluation;
  const recall = (value: number | undefined, of: string): Metric[] =>
    value === undefined
      ? []
      : [{ type: "recall@10", value: String(value), slice: `${of}, ${measured.rows} held-out pairs` }];
  return [
    ...recall(base.recallAt10, "base model"),
    ...recall(scoreOfDelivered(result)?.recallAt10, "delivered adapter"),
    ...(gain ? [gainMetric(gain, "recall@10", "pairs")] : []),
  ];
}

/** The accuracy of an image job's model, beside that of always naming the most frequent class. */
export function imageMetrics({ result: { evaluation } }: ImageReceipt): Metric[] {
  const rows = `${evaluation.holdoutRows} held-out images`;
  return [
    { type: "accuracy", value: String(evaluation.accuracy), slice: `delivered model, ${rows}` },
    {
      type: "accuracy",
      value: String(evaluation.chance.accuracy),
      slice: `the most frequent class, ${rows}`,
    },
  ];
}
