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

/** How near to its deadline a slot's delivery goes on chain though the platform does not have it yet. */
export const commitLimits = { seconds: 15 * 60, share: 0.25 };

/**
 * From when, in seconds since 1970, a slot's delivery is committed to on chain by its CID, whether or not it is stored:
 * it may be sent afterwards, and a missed deadline would cost the bond.
 */
export function commitFrom(slot: { deadline: number; trainingPeriodSeconds: number }): number {
  return slot.deadline - Math.min(commitLimits.seconds, slot.trainingPeriodSeconds * commitLimits.share);
}

/** One acceptance check of one adapter, as shown to contributor and requester. */
export const checkResultSchema = z.object({
  check: z.string(),
  verdict: z.enum(["passed", "failed", "skipped"]),
  figure: z.number().nullable(),
  threshold: z.number().nullable(),
  message: z.string(),
});

export type CheckResult = z.infer<typeof checkResultSchema>;
