import { z } from "zod";
import { addressSchema, signatureSchema } from "../primitives.ts";
import { takingRuleSchema } from "./app-settings.ts";

/** What the contributor app's screens may ask of the agent on the same machine. */
export const openAppSchema = z.object({ code: z.string().min(1).max(100) });

export const setUpSchema = z.object({
  /** `start` installs or goes on; `repair` proves it anew and mends it; `reset` deletes and installs again. */
  action: z.enum(["start", "repair", "reset"]),
});

export const askSignInSchema = z.object({ wallet: addressSchema });

const transactionSchema = z.string().regex(/^0x[0-9a-f]{64}$/, "expected a transaction's hash");

export const transactionHandOverSchema = z.object({ transaction: transactionSchema });

/** What the wallet signed to take a slot at the platform's cost. */
export const acceptanceHandOverSchema = z.object({
  signedUntil: z.number().int(),
  signature: signatureSchema,
});

export const preflightRequestSchema = z.object({
  /** Measure the machine's speed again instead of using today's figure. */
  measureAgain: z.boolean().default(false),
});

/** Parts of a paused, stopped or waiting job's life that a person decides about. */
export const jobActionSchema = z.object({
  action: z.enum(["pause", "resume", "retry", "give-up", "next"]),
});

/** Has the app take jobs by itself, or change by which rule. */
export const takeByItselfSchema = z.object({
  rule: takingRuleSchema,
  /** The wallet's key, as an encrypted file of version 3 and what opens it; left out where it is kept already. */
  key: z.object({ keystore: z.string().min(1).max(10_000), passphrase: z.string().max(1_000) }).optional(),
});
