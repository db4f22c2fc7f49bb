import { z } from "zod";
import { addressTextSchema, cidSchema, jobIdTextSchema, seedSchema } from "../../primitives.ts";
import { contributorOutcomeSchema, receiptOf } from "../../receipt.ts";
import { roundOutcomeSchema } from "../../rounds.ts";
import { modelOfSpecSchema } from "../parts.ts";

const lossSchema = z.object({ loss: z.number(), bitsPerByte: z.number() });

/** The public result document, stored unsealed; its CID is what completeJob records. */
export const resultDocumentSchema = z.object({
  version: z.literal(1),
  jobId: jobIdTextSchema,
  chainId: z.number().int(),
  escrow: addressTextSchema,
  specCid: cidSchema,
  bundleCid: cidSchema,
  mergedSha256: z.string(),
  model: modelOfSpecSchema,
  seed: seedSchema,
  method: z.string(),
  rank: z.number().int(),
  relativeError: z.number(),
  contributors: z.array(contributorOutcomeSchema.extend({ evaluation: lossSchema.nullable() })),
  evaluation: z
    .object({
      holdoutRows: z.number().int(),
      /** The first of them, which the losses are over, and their tokens; older results are over all. */
      measured: z.object({ rows: z.number().int(), tokens: z.number().int() }).optional(),
      base: lossSchema,
      /** Of what the round started from; only in a later round. */
      start: lossSchema.optional(),
      merged: lossSchema,
      fedavg: lossSchema.nullable(),
    })
    .nullable(),
  communicationBytes: z.number().int(),
  /** Only where the request asked for several rounds. */
  series: roundOutcomeSchema.optional(),
});

export type ResultDocument = z.infer<typeof resultDocumentSchema>;

/** receipt.json of a fine-tuning job. */
export const receiptSchema = receiptOf(resultDocumentSchema);
export type Receipt = z.infer<typeof receiptSchema>;
