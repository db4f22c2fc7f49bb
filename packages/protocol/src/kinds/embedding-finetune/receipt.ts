import { z } from "zod";
import { contributorOutcomeSchema, receiptOf } from "../../receipt.ts";
import {
  gainSchema,
  type Receipt,
  type ResultDocument,
  receiptSchema,
  replayOutcomeSchema,
  resultDocumentSchema,
} from "../adapters.ts";

/** How a model does on held-out pairs: its loss in nats a pair, at its own scale of cosines (docs/verification.md), and recall among the first ten. */
export const pairScoreSchema = z.object({ loss: z.number(), recallAt10: z.number().min(0).max(1) });
export type PairScore = z.infer<typeof pairScoreSchema>;

/** The public result document of an embedding job. */
export const embeddingResultDocumentSchema = resultDocumentSchema.omit({ series: true }).extend({
  kind: z.literal("embedding-finetune"),
  contributors: z.array(
    contributorOutcomeSchema.extend({
      evaluation: pairScoreSchema.nullable(),
      replay: replayOutcomeSchema.optional(),
    }),
  ),
  evaluation: z
    .object({
      holdoutRows: z.number().int(),
      /** The first of them, among whose positives every anchor's own was looked for, and their tokens. */
      measured: z.object({ rows: z.number().int(), tokens: z.number().int() }),
      base: pairScoreSchema,
      merged: pairScoreSchema,
      fedavg: pairScoreSchema.nullable(),
      /** Of recall, from the base model to the merge, where that is what the requester gets. */
      gain: gainSchema.optional(),
    })
    .nullable(),
});

export type EmbeddingResultDocument = z.infer<typeof embeddingResultDocumentSchema>;

/** The result document of a job whose adapters are merged. */
export type AdapterResultDocument = ResultDocument | EmbeddingResultDocument;

/** How the adapter that the requester gets does; undefined where that was not measured. */
export function deliveredScore({
  evaluation,
  contributors,
  delivered,
}: Pick<EmbeddingResultDocument, "evaluation" | "contributors" | "delivered">): PairScore | undefined {
  if (!delivered) return evaluation?.merged;
  if (delivered.what === "start") return evaluation?.base;
  return (
    contributors.find(({ contributor }) => contributor === delivered.contributor)?.evaluation ?? undefined
  );
}

/** receipt.json of an embedding job. */
export const embeddingReceiptSchema = receiptOf(embeddingResultDocumentSchema);
export type EmbeddingReceipt = z.infer<typeof embeddingReceiptSchema>;

/** receipt.json of a job whose adapters are merged. */
export const adapterReceiptSchema = z.union([embeddingReceiptSchema, receiptSchema]);
export type AdapterReceipt = Receipt | EmbeddingReceipt;
