import { z } from "zod";
import { checkResultSchema } from "../submissions.ts";
import { deliveryVerdicts } from "../verdicts.ts";
import { momentTextSchema } from "./amounts.ts";

/** The verdict on one submitted adapter, with every figure behind it. */
export const verificationViewSchema = z.object({
  contributor: z.string(),
  yours: z.boolean(),
  verdict: z.enum(deliveryVerdicts),
  checks: z.array(checkResultSchema),
  heldOutLoss: z.number().nullable(),
  bitsPerByte: z.number().nullable(),
  reasonCid: z.string().nullable(),
  verifiedAt: momentTextSchema,
});

export const verificationsViewSchema = z.object({ items: z.array(verificationViewSchema) });

/** Answer to what the platform sends to the escrow for a contributor. */
export const relayViewSchema = z.object({ status: z.literal("relaying") });

export type VerificationView = z.infer<typeof verificationViewSchema>;
