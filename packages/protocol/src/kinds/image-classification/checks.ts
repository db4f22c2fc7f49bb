import { z } from "zod";
import { imageLimits } from "./limits.ts";

/** The acceptance checks of an image job's model, in the order in which they are made. */
export const imageCheckNames = ["sealed-to-slot", "onnx", "classes-and-size", "better-than-chance"] as const;
export type ImageCheckName = (typeof imageCheckNames)[number];

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
  /** The images of them that all other figures are of, where they are not all. */
  measured: z.object({ rows: z.number().int() }).optional(),
  correct: z.number().int(),
  accuracy: z.number(),
  /** What always naming the most frequent class would reach, and the count from which a model is better than luck. */
  chance: z.object({ accuracy: z.number(), significance: z.number(), leastCorrect: z.number().int() }),
  confusion: confusionSchema,
});

export type ImageEvaluation = z.infer<typeof imageEvaluationSchema>;

/** How many of the held-out images a model was judged on. */
export function measuredImages({
  measured,
  holdoutRows,
}: Pick<ImageEvaluation, "measured" | "holdoutRows">): number {
  return measured?.rows ?? holdoutRows;
}

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
