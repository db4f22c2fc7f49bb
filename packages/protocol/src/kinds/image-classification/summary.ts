import { z } from "zod";
import { anySpecSummarySchema } from "../parts.ts";
import { exportFormats } from "./request.ts";

/** What a job's page shows of an image job's spec. */
export const imageSpecSummarySchema = anySpecSummarySchema.extend({
  kind: z.literal("image-classification"),
  imgsz: z.number().int(),
  classes: z.array(z.string()),
  exportFormat: z.enum(exportFormats),
});

export type ImageSpecSummary = z.infer<typeof imageSpecSummarySchema>;
