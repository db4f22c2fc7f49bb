import { z } from "zod";
import { jobSpecSchema } from "../kinds/table.ts";
import { sealedAdapterSchema } from "../rounds.ts";
import { momentTextSchema } from "./amounts.ts";

/**
 * What a slot's wallet, and nobody else, is given: its shard, the key to it, and whom to seal the adapter (or, of an
 * image job, the model) to.
 */
export const assignmentViewSchema = z.object({
  jobId: z.string(),
  slot: z.number().int(),
  deadline: momentTextSchema.nullable(),
  spec: jobSpecSchema,
  specCid: z.string(),
  shard: z.object({
    cid: z.string(),
    rows: z.number().int(),
    sizeBytes: z.number().int(),
    sha256: z.string(),
    /** The shard's age key, `AGE-SECRET-KEY-1…`. */
    identity: z.string(),
  }),
  adapter: z.object({
    /** The age recipient, `age1…`, to seal the adapter to. */
    recipient: z.string(),
    maxBytes: z.number().int(),
  }),
  /** What training starts from, in a later round of several: sealed, with its key. */
  start: z
    .object({ ...sealedAdapterSchema.shape, identity: z.string() })
    .nullable()
    .optional(),
  delegate: z.string(),
});

export type AssignmentView = z.infer<typeof assignmentViewSchema>;
