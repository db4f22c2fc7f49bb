import { z } from "zod";
import { exportFormats, imageModelIds } from "./image-classification.ts";
import { imageEvaluationSchema } from "./image-verification.ts";
import { addressTextSchema, cidSchema, jobIdTextSchema } from "./primitives.ts";
import { contributorOutcomeSchema, receiptSchema, resultDocumentSchema } from "./receipt.ts";

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

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
  contributors: z.array(contributorOutcomeSchema.omit({ evaluation: true })),
  evaluation: imageEvaluationSchema,
  communicationBytes: z.number().int(),
});

export type ImageResultDocument = z.infer<typeof imageResultDocumentSchema>;

/** receipt.json of an image job. */
export const imageReceiptSchema = receiptSchema.extend({ result: imageResultDocumentSchema });
export type ImageReceipt = z.infer<typeof imageReceiptSchema>;

/** receipt.json of a job of either kind. */
export const anyReceiptSchema = receiptSchema.extend({
  result: z.union([imageResultDocumentSchema, resultDocumentSchema]),
});
