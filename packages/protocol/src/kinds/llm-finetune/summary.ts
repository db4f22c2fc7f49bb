import { z } from "zod";
import { anySpecSummarySchema } from "../parts.ts";
import { leftOutSchema } from "./left-out.ts";

/** What a job's page shows of a fine-tuning spec. */
export const llmSpecSummarySchema = anySpecSummarySchema.extend({
  kind: z.literal("llm-finetune"),
  rank: z.number().int(),
  alpha: z.number().int(),
  learningRate: z.number(),
  maxLength: z.number().int(),
  meanRowChars: z.number().int().optional(),
  leftOut: leftOutSchema.optional(),
  /** Of each training, drawn ones of which are done again; left out where none is. */
  stages: z.number().int().optional(),
});

export type LlmSpecSummary = z.infer<typeof llmSpecSummarySchema>;
