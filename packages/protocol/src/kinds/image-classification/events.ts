import { z } from "zod";

const count = z.number().int().min(0);

/** One epoch of an image job; accuracy is the share of validation images whose class comes first. */
export const epochEventSchema = z.object({
  event: z.literal("epoch"),
  epoch: count,
  epochs: count,
  loss: z.number(),
  accuracy: z.number(),
  learningRate: z.number(),
  imagesPerSecond: z.number(),
  etaSeconds: z.number(),
  memoryMb: z.number(),
});

/** An exported file that was opened again and run on a validation image, which it took for `predicted`. */
export const modelExportedEventSchema = z.object({
  event: z.literal("exported"),
  format: z.string(),
  sizeBytes: count,
  image: z.string(),
  predicted: z.string(),
  seconds: z.number(),
});
