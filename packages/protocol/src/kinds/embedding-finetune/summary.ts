import type { z } from "zod";
import { adapterSummaryOf } from "../adapters/summary.ts";

/** What a job's page shows of an embedding job's spec. */
export const embeddingSpecSummarySchema = adapterSummaryOf("embedding-finetune");

export type EmbeddingSpecSummary = z.infer<typeof embeddingSpecSummarySchema>;
