import { z } from "zod";
import { seedSchema } from "../../primitives.ts";
import { jobTermsSchema, mostDescription } from "../../terms.ts";

export const loraRanks = [4, 8, 16, 32, 64] as const;
export const mergeMethods = ["svd", "exact", "fedavg"] as const;

/**
 * Learning rates that a request may ask for. On the toy, honest work of 50 steps at 1e-6 is better on every row, at 1e-12
 * on none; at 0.02 better on every row, and from 0.03 on worse on all, its own too (docs/verification.md).
 */
export const rateLimits = { least: 1e-6, most: 0.02 } as const;

/** How work is proved: by drawn parts of the training, done again, or by what came out of it alone. */
export const proofs = ["replay", "result"] as const;
export type Proof = (typeof proofs)[number];

/** What every request for adapters says; a kind adds what its rows and models ask for. */
export const adapterRequestSchema = z
  .object({
    uploadId: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, "expected the id of a finished upload"),
    description: z.string().trim().max(mostDescription).default(""),
    /** So many rows that cannot be used are left out; where there are others, the request is refused. */
    leaveOut: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
  })
  .extend(jobTermsSchema.shape)
  .extend({
    rank: z
      .number()
      .int()
      .refine((rank) => loraRanks.some((allowed) => allowed === rank), {
        message: `rank must be one of ${loraRanks.join(", ")}`,
      })
      .default(8),
    alpha: z.number().int().min(1).max(256).optional(),
    /** Left out, it is proposed by the kind. */
    learningRate: z.number().positive().max(0.1).optional(),
    seed: seedSchema.optional(),
    method: z.enum(mergeMethods).default("svd"),
    /** Left out, it is proposed by the model's size (proposeProof). */
    proof: z.enum(proofs).optional(),
  });

/** A request for adapters as it is read, whatever bounds its kind sets to what it adds. */
export type AdapterRequest = z.infer<typeof adapterRequestSchema> & {
  model: string;
  epochs: number;
  maxLength: number;
  holdoutRows?: number | undefined;
};

/** Whether no more deliveries are asked for than there are contributors: for `refine`. */
export function isWithinContributors(body: { contributors: number; minContributors?: number | undefined }) {
  return (body.minContributors ?? 1) <= body.contributors;
}

/** Where and how the contrary is told. */
export const notWithinContributors = {
  path: ["minContributors"],
  message: "minContributors may not exceed contributors",
};
