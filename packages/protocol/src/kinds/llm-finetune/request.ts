import { z } from "zod";
import { mostRounds } from "../../rounds.ts";
import { adapterRequestSchema, isWithinContributors, notWithinContributors } from "../adapters/request.ts";
import { leastHeldOutRows, leastMaxLength } from "./limits.ts";

const llmFinetuneSchema = (leastHoldout: number) =>
  adapterRequestSchema
    .extend({
      model: z.string().min(1).max(300),
      epochs: z.number().int().min(1).max(100).default(2),
      maxLength: z.number().int().min(leastMaxLength).max(8192).default(512),
      holdoutRows: z.number().int().min(leastHoldout).max(10_000).optional(),
      /** Each round is a job of its own that starts from the last one's result; rewardWei is that of all together. */
      rounds: z.number().int().min(1).max(mostRounds).default(1),
    })
    .refine(isWithinContributors, notWithinContributors)
    .refine((body) => body.rounds === 1 || body.method !== "fedavg", {
      path: ["method"],
      message: "several rounds need svd or exact: factors averaged apart have no mean update to step along",
    });

/** Body of POST /jobs/llm-finetune. */
export const createLlmFinetuneSchema = llmFinetuneSchema(leastHeldOutRows);

/** The request as a draft keeps it: older ones could hold back less. */
export const keptLlmFinetuneSchema = llmFinetuneSchema(1);

export type CreateLlmFinetune = z.infer<typeof createLlmFinetuneSchema>;
