import { z } from "zod";

/** sha256 in hexadecimal. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/** A base model as a spec names it; `sha256` is a local one's, of its configuration and weights. */
export const modelOfSpecSchema = z.object({
  id: z.string(),
  revision: z.string(),
  sha256: sha256Schema.optional(),
});

/** GiB that a machine must have: of a graphics card, 0 where none may train, or of its own without one. */
export const memorySchema = z.object({ gpuGb: z.number(), cpuGb: z.number() });

/** What a job's page shows of its spec, of whatever kind it is. */
export const anySpecSummarySchema = z.object({
  draftId: z.string(),
  title: z.string().optional(),
  description: z.string(),
  model: modelOfSpecSchema,
  epochs: z.number().int(),
  rows: z.number().int(),
  shardRows: z.array(z.number().int()),
  /** The only device that may train; left out where the machine chooses. */
  device: z.literal("cpu").optional(),
  /** Left out where it is not known. */
  memory: memorySchema.optional(),
});
