import { z } from "zod";
import { receiptOf } from "../../receipt.ts";
import { gainSchema } from "../adapters/gain.ts";
import { adapterResultOf } from "../adapters/receipt.ts";

/** How a model does on held-out pairs: its loss in nats a pair, at its own scale of cosines (docs/verification.md), and recall among the first ten. */
export const pairScoreSchema = z.object({ loss: z.number(), recallAt10: z.number().min(0).max(1) });
export type PairScore = z.infer<typeof pairScoreSchema>;

/** The public result document of an embedding job. */
export const embeddingResultDocumentSchema = adapterResultOf({
  kind: z.literal("embedding-finetune"),
  score: pairScoreSchema,
  evaluation: z.object({
    holdoutRows: z.number().int(),
    /** The first of them, among whose positives every anchor's own was looked for, and their tokens. */
    measured: z.object({ rows: z.number().int(), tokens: z.number().int() }),
    base: pairScoreSchema,
    merged: pairScoreSchema,
    fedavg: pairScoreSchema.nullable(),
    /** Of recall, from the base model to the merge, where that is what the requester gets. */
    gain: gainSchema.optional(),
  }),
});

export type EmbeddingResultDocument = z.infer<typeof embeddingResultDocumentSchema>;

/** receipt.json of an embedding job. */
export const embeddingReceiptSchema = receiptOf(embeddingResultDocumentSchema);
export type EmbeddingReceipt = z.infer<typeof embeddingReceiptSchema>;
