import { z } from "zod";
import { receiptOf } from "../../receipt.ts";
import { roundOutcomeSchema } from "../../rounds.ts";
import { gainSchema } from "../adapters/gain.ts";
import { adapterResultOf, scoreOfDelivered } from "../adapters/receipt.ts";

const lossSchema = z.object({ loss: z.number(), bitsPerByte: z.number() });

/** The public result document of a fine-tuning job. */
export const resultDocumentSchema = adapterResultOf({
  // Left out in results of before there was a second kind.
  kind: z.literal("llm-finetune").optional(),
  score: lossSchema,
  evaluation: z.object({
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
  }),
}).extend({
  /** Only where the request asked for several rounds. */
  series: roundOutcomeSchema.optional(),
});

export type ResultDocument = z.infer<typeof resultDocumentSchema>;

/** The held-out loss of the adapter that the requester gets; undefined where none was measured. */
export function deliveredLoss(
  result: Pick<ResultDocument, "evaluation" | "contributors" | "delivered">,
): number | undefined {
  return scoreOfDelivered(result)?.loss;
}

/** receipt.json of a fine-tuning job. */
export const receiptSchema = receiptOf(resultDocumentSchema);
export type Receipt = z.infer<typeof receiptSchema>;
