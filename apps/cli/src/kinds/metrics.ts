import { deliveredLoss, type ImageReceipt, type Receipt } from "@trainchain/protocol";

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
  const gained: Metric[] = gain
    ? [
        {
          ...{ type: "gain over the base model, nats per token", value: String(gain.mean) },
          slice: `${gain.rows} held-out rows`,
          confidenceInterval: {
            lowerBound: String(gain.mean - gain.interval),
            upperBound: String(gain.mean + gain.interval),
          },
        },
      ]
    : [];
  return [...loss(base.loss, "base model"), ...loss(deliveredLoss(result), "delivered adapter"), ...gained];
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
