import { z } from "zod";
import { seedSchema } from "../../primitives.ts";
import { sha256Schema } from "../parts.ts";
import { imageModelIds } from "./models.ts";
import { classNamesSchema, exportFormats } from "./request.ts";

/** The public spec of an image job; a row of its dataset is an image. */
export const imageJobSpecSchema = z.object({
  version: z.literal(1),
  kind: z.literal("image-classification"),
  draftId: z.string(),
  /** Left out where the requester gave none. */
  title: z.string().optional(),
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
    shardsSha256: sha256Schema,
  }),
});

export type ImageJobSpec = z.infer<typeof imageJobSpecSchema>;
