import { z } from "zod";
import type { HardwareNeeds } from "./hardware-needs.ts";
import { jobTermsSchema, llmJobSpecSchema } from "./llm-finetune.ts";
import { addressSchema, cidSchema, jobIdSchema, seedSchema, signatureSchema } from "./primitives.ts";

/** A YOLO classification network that requesters may choose. Pretrained weights (`<id>.pt`) are the makers' release. */
export interface ImageModel {
  id: ImageModelId;
  /** Release of the makers' pretrained weights. */
  revision: string;
  name: string;
  /** With ImageNet's 1000 classes; fewer classes make the head, and so the network, a little smaller. */
  parametersMillion: number;
  license: string;
}

export const imageModelIds = [
  "yolov8n-cls",
  "yolov8s-cls",
  "yolov8m-cls",
  "yolov8l-cls",
  "yolov8x-cls",
  "yolo11n-cls",
  "yolo11s-cls",
  "yolo11m-cls",
  "yolo11l-cls",
  "yolo11x-cls",
] as const;

export type ImageModelId = (typeof imageModelIds)[number];

const sizes = { n: "nano", s: "small", m: "medium", l: "large", x: "extra large" } as const;
const parametersMillion: Record<ImageModelId, number> = {
  "yolov8n-cls": 2.72,
  "yolov8s-cls": 6.36,
  "yolov8m-cls": 17.05,
  "yolov8l-cls": 37.48,
  "yolov8x-cls": 57.42,
  "yolo11n-cls": 2.81,
  "yolo11s-cls": 6.72,
  "yolo11m-cls": 11.63,
  "yolo11l-cls": 14.12,
  "yolo11x-cls": 29.64,
};

export const imageModels: readonly ImageModel[] = imageModelIds.map((id) => {
  const [, family = "", size = "n"] = /^yolo(v8|11)(.)/.exec(id) ?? [];
  return {
    id,
    revision: "v8.4.0",
    name: `YOLO${family} ${sizes[size as keyof typeof sizes]}, classification`,
    parametersMillion: parametersMillion[id],
    license: "AGPL-3.0",
  };
});

/** Formats a requester may have besides the ONNX that is always delivered and the only one the platform opens. */
export const exportFormats = ["onnx", "pt", "torchscript"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** What an image job may ask for; the browser's form and the schemas below share it. */
export const imageLimits = {
  epochs: { least: 1, most: 300 },
  /** Side of the square that images are scaled to, in pixels: a multiple of `step`, the network's coarsest stride. */
  imgsz: { least: 32, most: 640, step: 32 },
  classes: { least: 2, most: 1_000 },
} as const;

/**
 * A class is a folder's name on every system and one item of a list between commas: letters and digits of any
 * script, then also space and . _ ( ) + & ' - but neither space nor dot at the end.
 */
export const classNameSchema = z
  .string()
  .max(64)
  .regex(
    /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M} ._()+&'-]*[\p{L}\p{N}\p{M}_()+&'-])?$/u,
    "a class name begins with a letter or digit and has at most 64 letters, digits, spaces and . _ ( ) + & ' -",
  )
  .refine((name) => !/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name), "some systems reserve this name");

const classNamesSchema = z
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
    description: z.string().trim().max(2_000).default(""),
    /** The archive's classes as the requester confirmed them, in any order; other classes in the archive fail the draft. */
    classes: classNamesSchema.optional(),
    /** Images kept back to judge the delivered model by, every class among them; a fifth by default. */
    holdoutImages: z.number().int().min(2).max(10_000).optional(),
  })
  .extend(jobTermsSchema.omit({ contributors: true, minContributors: true }).shape)
  .extend(imageTrainingSchema.shape);

export type CreateImageClassification = z.infer<typeof createImageClassificationSchema>;

/** The public spec of an image job; a row of its dataset is an image. */
export const imageJobSpecSchema = z.object({
  version: z.literal(1),
  kind: z.literal("image-classification"),
  draftId: z.string(),
  description: z.string(),
  model: z.object({ id: z.enum(imageModelIds), revision: z.string() }),
  training: z.object({ epochs: z.number().int(), imgsz: z.number().int(), seed: seedSchema }),
  /** In the order of the model's outputs: by code point. */
  classes: classNamesSchema,
  exportFormat: z.enum(exportFormats),
  dataset: z.object({
    format: z.literal("zip"),
    rows: z.number().int(),
    holdoutRows: z.number().int(),
    shardRows: z.array(z.number().int()),
    shardsSha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
});

export type ImageJobSpec = z.infer<typeof imageJobSpecSchema>;

/** The public spec of any job, told apart by `kind`. */
export const jobSpecSchema = z.discriminatedUnion("kind", [llmJobSpecSchema, imageJobSpecSchema]);
export type JobSpec = z.infer<typeof jobSpecSchema>;

/** Body of POST /jobs/complete: the same signed submission as an adapter's, for the sealed model bundle. */
export const completeImageJobSchema = z.object({
  jobId: jobIdSchema,
  contributor: addressSchema,
  modelCid: cidSchema,
  signature: signatureSchema,
});

export type CompleteImageJob = z.infer<typeof completeImageJobSchema>;

/**
 * What a machine needs for an image job. Networks up to small on pictures of at most 64 pixels take a fraction of
 * what photographs do: 0.9 GiB, Python included, for nano at 32 pixels on a CPU.
 */
export function imageNeeds({ model, imgsz }: { model: ImageModelId; imgsz: number }): {
  gpu: HardwareNeeds;
  cpu: HardwareNeeds;
} {
  const isTiny = imgsz <= 64 && parametersMillion[model] < 7;
  return isTiny
    ? {
        gpu: { vramGb: 1, ramGb: 2, diskGb: 1, cores: 1 },
        cpu: { vramGb: 0, ramGb: 2, diskGb: 1, cores: 1 },
      }
    : {
        gpu: { vramGb: 4, ramGb: 8, diskGb: 10, cores: 2 },
        cpu: { vramGb: 0, ramGb: 8, diskGb: 10, cores: 4 },
      };
}
