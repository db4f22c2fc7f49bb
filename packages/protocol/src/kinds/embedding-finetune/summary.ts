import { z } from "zod";
import { llmSpecSummarySchema } from "../adapters.ts";

/** What a job's page shows of an embedding job's spec. */
export const embeddingSpecSummarySchema = llmSpecSummarySchema.extend({
  kind: z.literal("embedding-finetune"),
});

export type EmbeddingSpecSummary = z.infer<typeof embeddingSpecSummarySchema>;
