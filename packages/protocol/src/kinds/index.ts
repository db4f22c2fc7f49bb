import { z } from "zod";
import { receiptOf } from "../receipt.ts";
import { imageResultDocumentSchema } from "./image-classification/receipt.ts";
import { imageJobSpecSchema } from "./image-classification/spec.ts";
import { resultDocumentSchema } from "./llm-finetune/receipt.ts";
import { llmJobSpecSchema } from "./llm-finetune/spec.ts";

/** The public spec of any job, told apart by `kind`. */
export const jobSpecSchema = z.discriminatedUnion("kind", [llmJobSpecSchema, imageJobSpecSchema]);
export type JobSpec = z.infer<typeof jobSpecSchema>;

/** receipt.json of a job of any kind. */
export const anyReceiptSchema = receiptOf(z.union([imageResultDocumentSchema, resultDocumentSchema]));
