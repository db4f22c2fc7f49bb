import type { z } from "zod";
import { adapterSpecOf } from "../adapters/spec.ts";

/** The public spec of an embedding job, whose rows are pairs and which has one round. */
export const embeddingJobSpecSchema = adapterSpecOf("embedding-finetune");

export type EmbeddingJobSpec = z.infer<typeof embeddingJobSpecSchema>;
