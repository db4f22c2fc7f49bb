import type { z } from "zod";
import { adapterSpecOf } from "../adapters/spec.ts";

/** The public spec of a fine-tuning job. */
export const llmJobSpecSchema = adapterSpecOf("llm-finetune");

export type LlmJobSpec = z.infer<typeof llmJobSpecSchema>;
