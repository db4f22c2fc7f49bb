import { z } from "zod";
import { imageLimits } from "./request.ts";

/** The acceptance checks of an image job's model, in the order in which they are made. */
export const imageCheckNames = ["sealed-to-slot", "onnx", "classes-and-size", "better-than-chance"] as const;
export type ImageCheckName = (typeof imageCheckNames)[number];

/**
 * How unlikely a hit count must be for a model that knows nothing, before the model counts as trained: such a model
 * may always name the holdout's most frequent class and is then right with that class's share.
 */
export const chanceSignificance = 0.001;

/**
 * The least number of right answers among `images` that is better than chance: the smallest k for which a binomial
 * count of `images` trials at `chance` is k or more with a probability of at most `significance`. It exceeds `images`
 * where even a flawless model could not be told from luck.
 */
export function leastCorrect(images: number, chance: number, significance = chanceSignificance): number {
  if (chance >= 1) return images + 1;
  // Terms from the top down, in logarithms: single ones are far below the smallest double.
  let logTerm = images * Math.log(chance);
  let tail = 0;
  for (let k = images; k >= 0; k--) {
    tail += Math.exp(logTerm);
    if (tail > significance) return k + 1;
    logTerm += Math.log(k / (images - k + 1)) + Math.log((1 - chance) / chance);
  }
  return 0;
}

/** More images than any holdout has: what follows from the counts is computed by walking through them. */
const mostImages = 1_000_000;

/** Rows are the true classes, columns the named ones, both in the spec's order. */
const confusionSchema = z
  .array(z.array(z.number().int().min(0)).max(imageLimits.classes.most))
  .max(imageLimits.classes.most)
  .refine(
    (rows) => rows.flat().reduce((sum, count) => sum + count, 0) <= mostImages,
    "expected fewer images",
  );

/** How a model did on images that its contributor never saw. */
export const imageEvaluationSchema = z.object({
  holdoutRows: z.number().int(),
  correct: z.number().int(),
  accuracy: z.number(),
  /** What always naming the most frequent class would reach, and the count from which a model is better than luck. */
  chance: z.object({ accuracy: z.number(), significance: z.number(), leastCorrect: z.number().int() }),
  confusion: confusionSchema,
});

export type ImageEvaluation = z.infer<typeof imageEvaluationSchema>;

const failedSchema = z.object({
  event: z.literal("failed"),
  code: z.string(),
  message: z.string(),
  fix: z.string(),
});

/** What trainer/evaluate_image.py prints. */
export const imageEvaluationEventSchema = z.discriminatedUnion("event", [
  z.object({
    event: z.literal("checked"),
    check: z.enum(["onnx", "classes-and-size"]),
    ok: z.boolean(),
    message: z.string(),
  }),
  z.object({
    event: z.literal("evaluated"),
    rows: z.number().int(),
    correct: z.number().int(),
    confusion: z.array(z.array(z.number().int())),
    seconds: z.number(),
  }),
  failedSchema,
]);

export type ImageEvaluationEvent = z.infer<typeof imageEvaluationEventSchema>;

/** What trainer/check_images.py prints: every image that does not decode, then how many were tried. */
export const imageDecodeEventSchema = z.discriminatedUnion("event", [
  z.object({ event: z.literal("unreadable"), file: z.string(), message: z.string() }),
  z.object({ event: z.literal("decoded"), images: z.number().int(), seconds: z.number() }),
  failedSchema,
]);
