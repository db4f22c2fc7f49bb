import { z } from "zod";

/** Rows of the requester's file that could not be used, and that the request agreed to go on without. */
export const leftOutSchema = z.object({
  rows: z.number().int().min(1),
  /** How often each kind of problem was found, by its name in docs/dataset-format.md; a row may have several. */
  reasons: z.record(z.string(), z.number().int()),
});

export type LeftOut = z.infer<typeof leftOutSchema>;
