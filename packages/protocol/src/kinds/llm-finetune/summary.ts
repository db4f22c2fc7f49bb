import type { z } from "zod";
import { adapterSummaryOf } from "../adapters/summary.ts";

/** What a job's page shows of a fine-tuning spec. */
export const llmSpecSummarySchema = adapterSummaryOf("llm-finetune");

export type LlmSpecSummary = z.infer<typeof llmSpecSummarySchema>;
