import { z } from "zod";
import { jobTermsSchema, mostDescription } from "../../terms.ts";
import { trainingSchema } from "../adapters.ts";
import { embeddingLimits } from "./limits.ts";

const { maxLength, epochs, heldOutPairs } = embeddingLimits;

/** Body of POST /jobs/embedding-finetune. */
export const createEmbeddingFinetuneSchema = z
  .object({
    uploadId: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, "expected the id of a finished upload"),
    model: z.string().min(1).max(300).default("all-minilm-l6-v2"),
    description: z.string().trim().max(mostDescription).default(""),
    /** So many rows that cannot be used are left out; where there are others, the request is refused. */
    leaveOut: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
    /** Pairs kept back to measure with; a tenth within bounds where it is left out. */
    holdoutRows: z.number().int().min(heldOutPairs.least).max(heldOutPairs.most).optional(),
  })
  .extend(jobTermsSchema.shape)
  .extend(trainingSchema.shape)
  .extend({
    epochs: z.number().int().min(epochs.least).max(epochs.most).default(epochs.usual),
    /** Tokens of either text of a pair that are used. */
    maxLength: z.number().int().min(maxLength.least).max(maxLength.most).default(maxLength.usual),
  })
  .refine((body) => (body.minContributors ?? 1) <= body.contributors, {
    path: ["minContributors"],
    message: "minContributors may not exceed contributors",
  });

export type CreateEmbeddingFinetune = z.infer<typeof createEmbeddingFinetuneSchema>;
