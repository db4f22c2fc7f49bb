import { z } from "zod";
import { receiptOf } from "../receipt.ts";
import type { Series } from "../rounds.ts";
import type { AdapterSpec } from "./adapters/spec.ts";
import { embeddingFinetune } from "./embedding-finetune/kind.ts";
import { embeddingReceiptSchema, embeddingResultDocumentSchema } from "./embedding-finetune/receipt.ts";
import { type EmbeddingJobSpec, embeddingJobSpecSchema } from "./embedding-finetune/spec.ts";
import { embeddingSpecSummarySchema } from "./embedding-finetune/summary.ts";
import { imageClassification } from "./image-classification/kind.ts";
import { imageReceiptSchema, imageResultDocumentSchema } from "./image-classification/receipt.ts";
import { type ImageJobSpec, imageJobSpecSchema } from "./image-classification/spec.ts";
import { imageSpecSummarySchema } from "./image-classification/summary.ts";
import type { Kind } from "./kind.ts";
import { llmFinetune } from "./llm-finetune/kind.ts";
import { receiptSchema, resultDocumentSchema } from "./llm-finetune/receipt.ts";
import { type LlmJobSpec, llmJobSpecSchema } from "./llm-finetune/spec.ts";
import { llmSpecSummarySchema } from "./llm-finetune/summary.ts";
import { firstKind, type JobKind } from "./words.ts";

/** The public spec of any job, told apart by `kind`. */
export const jobSpecSchema = z.discriminatedUnion("kind", [
  llmJobSpecSchema,
  imageJobSpecSchema,
  embeddingJobSpecSchema,
]);
export type JobSpec = LlmJobSpec | ImageJobSpec | EmbeddingJobSpec;

/** The spec of a job whose contributors each deliver a LoRA adapter, from the same start, that are merged. */
export type AdapterJobSpec = Extract<JobSpec, AdapterSpec>;

/** What a job's page shows of its spec, by the job's kind. */
export const specSummarySchema = z.discriminatedUnion("kind", [
  llmSpecSummarySchema,
  imageSpecSummarySchema,
  embeddingSpecSummarySchema,
]);
export type SpecSummary = z.infer<typeof specSummarySchema>;

/** receipt.json of a job of any kind. */
export const anyReceiptSchema = receiptOf(
  z.union([imageResultDocumentSchema, embeddingResultDocumentSchema, resultDocumentSchema]),
);
export type AnyReceipt = z.infer<typeof anyReceiptSchema>;
export type AnyResultDocument = AnyReceipt["result"];

/** receipt.json of a job whose adapters are merged. */
export const adapterReceiptSchema = z.union([embeddingReceiptSchema, receiptSchema]);
export type AdapterReceipt = z.infer<typeof adapterReceiptSchema>;
export type AdapterResultDocument = AdapterReceipt["result"];

/** receipt.json by the kind of its job. */
export const receiptSchemas = {
  "llm-finetune": receiptSchema,
  "image-classification": imageReceiptSchema,
  "embedding-finetune": embeddingReceiptSchema,
} as const satisfies Record<JobKind, z.ZodType>;

const kinds: {
  [Name in JobKind]: Kind<Extract<JobSpec, { kind: Name }>, Extract<SpecSummary, { kind: Name }>>;
} = {
  "llm-finetune": llmFinetune,
  "image-classification": imageClassification,
  "embedding-finetune": embeddingFinetune,
};

/** What there is to know about jobs of a kind; specs and summaries handed to it must be of that kind. */
export function kindOf(name: JobKind): Kind<JobSpec, SpecSummary> {
  return kinds[name];
}

/** The kind of the job that a result document is of; the first ones did not say. */
export function kindOfResult(result: { kind?: JobKind | undefined }): JobKind {
  return result.kind ?? firstKind;
}

/** The place of a job among the rounds of its request; undefined for a job of one round, and where a kind knows none. */
export function seriesOf(spec: JobSpec): Series | undefined {
  return "series" in spec ? spec.series : undefined;
}
