import { z } from "zod";
import { weiSchema } from "../primitives.ts";
import { mostDescription, titleSchema } from "../terms.ts";

/**
 * What may be changed of a draft, as a request says it. Nothing has a default: what is left out stays. Bounds are wide
 * here; the changed request is held to those of its kind.
 */
export const draftChangesSchema = z
  .strictObject({
    title: titleSchema,
    description: z.string().trim().max(mostDescription),
    rewardWei: weiSchema,
    contributors: z.number().int().min(1).max(32),
    minContributors: z.number().int().min(1).max(32),
    acceptWithinSeconds: z.number().int().min(1),
    trainingPeriodSeconds: z.number().int().min(1),
    reviewPeriodSeconds: z.number().int().min(1),
    epochs: z.number().int().min(1),
    learningRate: z.number().positive(),
    maxLength: z.number().int().min(1),
  })
  .partial();

export type DraftChanges = z.infer<typeof draftChangesSchema>;
export type DraftChangesInput = z.input<typeof draftChangesSchema>;
