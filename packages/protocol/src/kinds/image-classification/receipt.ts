import { z } from "zod";
import { addressTextSchema, cidSchema, jobIdTextSchema } from "../../primitives.ts";
import { contributorOutcomeSchema, receiptOf } from "../../receipt.ts";
import { sha256Schema } from "../parts.ts";
import { imageEvaluationSchema } from "./checks.ts";
import { imageModelIds } from "./models.ts";
import { exportFormats } from "./request.ts";

/** The public result document of an image job; the counterpart of an LLM job's. */
export const imageResultDocumentSchema = z.object({
  version: z.literal(1),
  kind: z.literal("image-classification"),
  jobId: jobIdTextSchema,
  chainId: z.number().int(),
  escrow: addressTextSchema,
  specCid: cidSchema,
  bundleCid: cidSchema,
  /** Of model.onnx: the file that was checked and evaluated. */
  modelSha256: sha256Schema,
  /** The file in the other format that was asked for, as the contributor sent it: stored, never opened here. */
  unopened: z.object({ format: z.enum(exportFormats), sha256: sha256Schema }).nullable(),
  model: z.object({ id: z.enum(imageModelIds), revision: z.string() }),
  classes: z.array(z.string()),
  contributors: z.array(contributorOutcomeSchema),
  evaluation: imageEvaluationSchema,
  communicationBytes: z.number().int(),
});

export type ImageResultDocument = z.infer<typeof imageResultDocumentSchema>;

/** receipt.json of an image job. */
export const imageReceiptSchema = receiptOf(imageResultDocumentSchema);
export type ImageReceipt = z.infer<typeof imageReceiptSchema>;
