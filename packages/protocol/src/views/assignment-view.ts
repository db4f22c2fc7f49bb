import { z } from "zod";
import { llmJobSpecSchema } from "../llm-finetune.ts";
import { momentTextSchema } from "./amounts.ts";

/** What a slot's wallet, and nobody else, is given: its shard, the key to it, and whom to seal the adapter to. */
export const assignmentViewSchema = z.object({
  jobId: z.string(),
  slot: z.number().int(),
  deadline: momentTextSchema.nullable(),
  spec: llmJobSpecSchema,
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
  delegate: z.string(),
});

export type AssignmentView = z.infer<typeof assignmentViewSchema>;
