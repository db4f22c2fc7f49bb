import { z } from "zod";
import { seedSchema } from "../../primitives.ts";
import { mostRounds } from "../../rounds.ts";
import { jobTermsSchema, mostDescription } from "../../terms.ts";
import { leastHeldOutRows, leastMaxLength } from "./limits.ts";

export const loraRanks = [4, 8, 16, 32, 64] as const;
export const mergeMethods = ["svd", "exact", "fedavg"] as const;

/** How work is proved: by drawn parts of the training, done again, or by what came out of it alone. */
export const proofs = ["replay", "result"] as const;
export type Proof = (typeof proofs)[number];

/** LoRA and optimiser settings of a fine-tuning job. */
export const trainingSchema = z.object({
  rank: z
    .number()
    .int()
    .refine((rank) => loraRanks.some((allowed) => allowed === rank), {
      message: `rank must be one of ${loraRanks.join(", ")}`,
    })
    .default(8),
  alpha: z.number().int().min(1).max(256).optional(),
  epochs: z.number().int().min(1).max(100).default(2),
  /** Left out, it is proposed by the model's size and the rows (proposeLearningRate). */
  learningRate: z.number().positive().max(0.1).optional(),
  maxLength: z.number().int().min(leastMaxLength).max(8192).default(512),
  seed: seedSchema.optional(),
  method: z.enum(mergeMethods).default("svd"),
  /** Left out, it is proposed by the model's size (proposeProof). */
  proof: z.enum(proofs).optional(),
});

const llmFinetuneSchema = (leastHoldout: number) =>
  z
    .object({
      uploadId: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, "expected the id of a finished upload"),
      model: z.string().min(1).max(300),
      description: z.string().trim().max(mostDescription).default(""),
      /** So many rows that cannot be used are left out; where there are others, the request is refused. */
      leaveOut: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
      holdoutRows: z.number().int().min(leastHoldout).max(10_000).optional(),
      /** Each round is a job of its own that starts from the last one's result; rewardWei is that of all together. */
      rounds: z.number().int().min(1).max(mostRounds).default(1),
    })
    .extend(jobTermsSchema.shape)
    .extend(trainingSchema.shape)
    .refine((body) => (body.minContributors ?? 1) <= body.contributors, {
      path: ["minContributors"],
      message: "minContributors may not exceed contributors",
    })
    .refine((body) => body.rounds === 1 || body.method !== "fedavg", {
      path: ["method"],
      message: "several rounds need svd or exact: factors averaged apart have no mean update to step along",
    });

/** Body of POST /jobs/llm-finetune. */
export const createLlmFinetuneSchema = llmFinetuneSchema(leastHeldOutRows);

/** The request as a draft keeps it: older ones could hold back less. */
export const keptLlmFinetuneSchema = llmFinetuneSchema(1);

export type CreateLlmFinetune = z.infer<typeof createLlmFinetuneSchema>;
