import { z } from "zod";
import { addressTextSchema, cidSchema, jobIdTextSchema, seedSchema } from "../../primitives.ts";
import { contributorOutcomeSchema, receiptOf } from "../../receipt.ts";
import { roundOutcomeSchema } from "../../rounds.ts";
import { modelOfSpecSchema } from "../parts.ts";
import { gainSchema } from "./gain.ts";
import { leftOutSchema } from "./left-out.ts";
import { replayOutcomeSchema } from "./replay.ts";

const lossSchema = z.object({ loss: z.number(), bitsPerByte: z.number() });

const halfSchema = z.object({ rows: z.number().int(), loss: z.number(), merged: z.number() });

/**
 * What the requester gets in place of the merge: a single contributor's delivery, or what the job started from. It was
 * the best on one half of the held-out rows and better than the merge on the other; losses are means over the rows.
 */
const deliveredSchema = z.object({
  what: z.enum(["contributor", "start"]),
  contributor: addressTextSchema.optional(),
  /** Of the bundle's adapter_model.safetensors. */
  sha256: z.string(),
  chosenOn: halfSchema,
  judgedOn: halfSchema,
});

/** The public result document, stored unsealed; its CID is what completeJob records. */
export const resultDocumentSchema = z.object({
  version: z.literal(1),
  /** Left out in results of before there was a second kind. */
  kind: z.literal("llm-finetune").optional(),
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
  contributors: z.array(
    contributorOutcomeSchema.extend({
      evaluation: lossSchema.nullable(),
      /** Only of jobs that ask for it. */
      replay: replayOutcomeSchema.optional(),
    }),
  ),
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
      /** From the base model to the merge, where that is what the requester gets: what was chosen for these rows would be flattered by them. */
      gain: gainSchema.optional(),
    })
    .nullable(),
  /** Left out where the merge is what the requester gets. */
  delivered: deliveredSchema.optional(),
  /** Only where rows of the requester's file were left out. */
  leftOut: leftOutSchema.optional(),
  communicationBytes: z.number().int(),
  /** Only where the request asked for several rounds. */
  series: roundOutcomeSchema.optional(),
});

export type ResultDocument = z.infer<typeof resultDocumentSchema>;

type Evaluated = Pick<ResultDocument, "evaluation" | "contributors" | "delivered">;

/** The held-out loss of the adapter that the requester gets; undefined where none was measured. */
export function deliveredLoss({ evaluation, contributors, delivered }: Evaluated): number | undefined {
  if (!delivered) return evaluation?.merged.loss;
  if (delivered.what === "start") return (evaluation?.start ?? evaluation?.base)?.loss;
  return contributors.find(({ contributor }) => contributor === delivered.contributor)?.evaluation?.loss;
}

/** sha256 of the adapter that the requester gets. */
export function deliveredSha256({
  delivered,
  mergedSha256,
}: Pick<ResultDocument, "delivered" | "mergedSha256">): string {
  return delivered?.sha256 ?? mergedSha256;
}

/** receipt.json of a fine-tuning job. */
export const receiptSchema = receiptOf(resultDocumentSchema);
export type Receipt = z.infer<typeof receiptSchema>;
