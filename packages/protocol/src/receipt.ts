import { z } from "zod";
import { modelOfSpecSchema } from "./llm-finetune.ts";
import { addressTextSchema, cidSchema, jobIdTextSchema, seedSchema } from "./primitives.ts";
import { roundOutcomeSchema } from "./rounds.ts";
import { checkResultSchema } from "./submissions.ts";
import { weiTextSchema } from "./views/amounts.ts";

const lossSchema = z.object({ loss: z.number(), bitsPerByte: z.number() });

export const contributorOutcomeSchema = z.object({
  contributor: addressTextSchema,
  slot: z.number().int(),
  /** Of a job of several rounds: the shard that it was trained on, which the slot's number does not tell there. */
  shard: z.number().int().optional(),
  rows: z.number().int(),
  weight: z.number(),
  adapterCid: cidSchema,
  adapterSha256: z.string(),
  sizeBytes: z.number().int(),
  checks: z.array(checkResultSchema),
  evaluation: lossSchema.nullable(),
});

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
  contributors: z.array(contributorOutcomeSchema),
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

/** receipt.json: the result document with what the chain says of it. */
export const receiptSchema = z.object({
  result: resultDocumentSchema,
  resultCid: cidSchema,
  status: z.string(),
  stakeWei: weiTextSchema,
  feeWei: weiTextSchema,
  refundWei: weiTextSchema,
  payouts: z.array(z.object({ contributor: addressTextSchema, amountWei: weiTextSchema })),
  transactions: z.array(z.object({ event: z.string(), hash: z.string(), blockNumber: z.string() })),
});

export type Receipt = z.infer<typeof receiptSchema>;
