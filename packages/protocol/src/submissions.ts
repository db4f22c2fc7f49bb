import { z } from "zod";
import { addressSchema, cidSchema, jobIdSchema, signatureSchema } from "./primitives.ts";

/** Body of POST /jobs/submit-adapter: an EIP-712 submission signed by the slot's wallet or its delegate. */
export const submitAdapterSchema = z.object({
  jobId: jobIdSchema,
  contributor: addressSchema,
  adapterCid: cidSchema,
  signature: signatureSchema,
});

export type SubmitAdapter = z.infer<typeof submitAdapterSchema>;

/** One acceptance check of one adapter, as shown to contributor and requester. */
export const checkResultSchema = z.object({
  check: z.string(),
  verdict: z.enum(["passed", "failed", "skipped"]),
  figure: z.number().nullable(),
  threshold: z.number().nullable(),
  message: z.string(),
});

export type CheckResult = z.infer<typeof checkResultSchema>;
