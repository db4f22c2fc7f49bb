import { z } from "zod";
import { adapterRequestSchema, isWithinContributors, notWithinContributors } from "../adapters/request.ts";
import { embeddingLimits } from "./limits.ts";

const { maxLength, epochs, heldOutPairs } = embeddingLimits;

/** Body of POST /jobs/embedding-finetune. */
export const createEmbeddingFinetuneSchema = adapterRequestSchema
  .extend({
    model: z.string().min(1).max(300).default("all-minilm-l6-v2"),
    epochs: z.number().int().min(epochs.least).max(epochs.most).default(epochs.usual),
    /** Tokens of either text of a pair that are used. */
    maxLength: z.number().int().min(maxLength.least).max(maxLength.most).default(maxLength.usual),
    /** Pairs kept back to measure with; a tenth within bounds where it is left out. */
    holdoutRows: z.number().int().min(heldOutPairs.least).max(heldOutPairs.most).optional(),
  })
  .refine(isWithinContributors, notWithinContributors);

export type CreateEmbeddingFinetune = z.infer<typeof createEmbeddingFinetuneSchema>;
