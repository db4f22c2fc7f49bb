import { z } from "zod";
import { type LlmJobSpec, llmJobSpecSchema } from "../adapters.ts";

/** The public spec of an embedding job: an adapter's, whose rows are pairs and which has one round. */
export const embeddingJobSpecSchema = llmJobSpecSchema.extend({ kind: z.literal("embedding-finetune") });

export type EmbeddingJobSpec = z.infer<typeof embeddingJobSpecSchema>;

/** The spec of a job whose contributors each deliver a LoRA adapter, from the same start, that are merged. */
export type AdapterJobSpec = LlmJobSpec | EmbeddingJobSpec;
