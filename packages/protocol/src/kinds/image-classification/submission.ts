import { z } from "zod";
import { addressSchema, cidSchema, jobIdSchema, signatureSchema } from "../../primitives.ts";

/** Body of POST /jobs/complete: the same signed submission as an adapter's, for the sealed model bundle. */
export const completeImageJobSchema = z.object({
  jobId: jobIdSchema,
  contributor: addressSchema,
  modelCid: cidSchema,
  signature: signatureSchema,
});

export type CompleteImageJob = z.infer<typeof completeImageJobSchema>;
