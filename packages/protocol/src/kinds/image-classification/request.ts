import { z } from "zod";
import { seedSchema } from "../../primitives.ts";
import { jobTermsSchema, mostDescription } from "../../terms.ts";
import { classNamePattern, imageLimits, mostClassNameLength, reservedName } from "./limits.ts";
import { imageModelIds } from "./models.ts";

/** Formats a requester may have besides the ONNX that is always delivered and the only one the platform opens. */
export const exportFormats = ["onnx", "pt", "torchscript"] as const;
export type ExportFormat = (typeof exportFormats)[number];

const classNameSchema = z
  .string()
  .max(mostClassNameLength)
  .regex(
    classNamePattern,
    "a class name begins with a letter or digit and has at most 64 letters, digits, spaces and . _ ( ) + & ' -",
  )
  .refine((name) => !reservedName.test(name), "some systems reserve this name");

export const classNamesSchema = z
  .array(classNameSchema)
  .min(imageLimits.classes.least)
  .max(imageLimits.classes.most);

export const imageTrainingSchema = z.object({
  model: z.enum(imageModelIds).default("yolov8n-cls"),
  epochs: z.number().int().min(imageLimits.epochs.least).max(imageLimits.epochs.most).default(40),
  imgsz: z
    .number()
    .int()
    .min(imageLimits.imgsz.least)
    .max(imageLimits.imgsz.most)
    .multipleOf(imageLimits.imgsz.step)
    .default(224),
  exportFormat: z.enum(exportFormats).default("onnx"),
  seed: seedSchema.optional(),
});

/** Body of POST /jobs/image-classification: one contributor trains, so the terms name no number of them. */
export const createImageClassificationSchema = z
  .object({
    uploadId: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, "expected the id of a finished upload"),
    description: z.string().trim().max(mostDescription).default(""),
    /** The archive's classes as the requester confirmed them, in any order; other classes in the archive fail the draft. */
    classes: classNamesSchema.optional(),
    /** Images kept back to judge the delivered model by, every class among them; a fifth by default. */
    holdoutImages: z.number().int().min(2).max(10_000).optional(),
  })
  .extend(jobTermsSchema.omit({ contributors: true, minContributors: true }).shape)
  .extend(imageTrainingSchema.shape);

export type CreateImageClassification = z.infer<typeof createImageClassificationSchema>;
