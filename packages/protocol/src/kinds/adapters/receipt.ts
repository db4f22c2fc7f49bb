import { z } from "zod";
import { addressTextSchema, cidSchema, jobIdTextSchema, seedSchema } from "../../primitives.ts";
import { contributorOutcomeSchema } from "../../receipt.ts";
import { modelOfSpecSchema } from "../parts.ts";
import { leftOutSchema } from "./left-out.ts";
import { replayOutcomeSchema } from "./replay.ts";

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

/**
 * The public result document of merged adapters, stored unsealed; its CID, which the order of its fields is part of, is
 * what completeJob records.
 *
 * @param score how a model does on held-out rows
 * @param evaluation of base, merge and what else was measured
 */
export const adapterResultOf = <
  Kind extends z.ZodType,
  Score extends z.ZodType,
  Evaluation extends z.ZodType,
>({
  kind,
  score,
  evaluation,
}: {
  kind: Kind;
  score: Score;
  evaluation: Evaluation;
}) =>
  z.object({
    version: z.literal(1),
    kind,
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
        evaluation: score.nullable(),
        /** Only of jobs that ask for it. */
        replay: replayOutcomeSchema.optional(),
      }),
    ),
    evaluation: evaluation.nullable(),
    /** Left out where the merge is what the requester gets. */
    delivered: deliveredSchema.optional(),
    /** Only where rows of the requester's file were left out. */
    leftOut: leftOutSchema.optional(),
    communicationBytes: z.number().int(),
  });

type Delivered = z.infer<typeof deliveredSchema>;

/** How the adapter that the requester gets does; undefined where that was not measured. */
export function scoreOfDelivered<Score>({
  evaluation,
  contributors,
  delivered,
}: {
  evaluation: { base: Score; start?: Score | undefined; merged: Score } | null;
  contributors: readonly { contributor: string; evaluation: Score | null }[];
  delivered?: Pick<Delivered, "what" | "contributor"> | undefined;
}): Score | undefined {
  if (!delivered) return evaluation?.merged;
  if (delivered.what === "start") return evaluation?.start ?? evaluation?.base;
  const own = contributors.find(({ contributor }) => contributor === delivered.contributor);
  return own?.evaluation ?? undefined;
}

/** sha256 of the adapter that the requester gets. */
export function deliveredSha256({
  delivered,
  mergedSha256,
}: {
  delivered?: Pick<Delivered, "sha256"> | undefined;
  mergedSha256: string;
}): string {
  return delivered?.sha256 ?? mergedSha256;
}
