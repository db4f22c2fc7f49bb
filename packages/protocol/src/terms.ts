import { z } from "zod";
import { cidSchema, weiSchema } from "./primitives.ts";

const hour = 3_600;
const day = 24 * hour;

/** What a request says of time where its requester says nothing, in seconds. A job that is not full waits for others till joining ends. */
export const defaultDeadlines = {
  acceptWithinSeconds: day,
  trainingPeriodSeconds: 2 * day,
  reviewPeriodSeconds: day,
} as const;

/** The contract takes a minute; a delivery that does not come at once has no time in less than an hour. */
export const leastReviewSeconds = hour;

/** What a job is called, on one line; its requester's words, for everybody. */
export const titleSchema = z
  .string()
  .trim()
  .max(80)
  // No pattern: what generates requests from the OpenAPI document cannot write by this one.
  .refine((title) => !/[\p{Cc}\p{Cf}]/u.test(title), "a title is one line of plain text");

/** Characters of what is said about a job. */
export const mostDescription = 2_000;

/** A name that a requester gives to one request, so that asking for it again makes no second one. */
export const requestKeySchema = z.string().regex(/^[!-~]{1,128}$/, "1 to 128 letters, digits and signs");

/** The escrow terms that a requester chooses; bounds mirror the contract's. */
export const jobTermsSchema = z.object({
  contributors: z.number().int().min(1).max(32).default(2),
  minContributors: z.number().int().min(1).max(32).optional(),
  acceptWithinSeconds: z
    .number()
    .int()
    .min(60)
    .max(90 * day)
    .default(defaultDeadlines.acceptWithinSeconds),
  trainingPeriodSeconds: z
    .number()
    .int()
    .min(60)
    .max(30 * day)
    .default(defaultDeadlines.trainingPeriodSeconds),
  reviewPeriodSeconds: z
    .number()
    .int()
    .min(leastReviewSeconds)
    .max(30 * day)
    .default(defaultDeadlines.reviewPeriodSeconds),
  rewardWei: weiSchema,
  bondWei: weiSchema.default(0n),
  /** Whether a slot is taken only by wallets that the requester permits; not on the escrow's first version. */
  permitOnly: z.boolean().default(false),
  key: requestKeySchema.optional(),
  title: titleSchema.optional(),
});

/** The escrow's Terms as sent to a wallet: amounts in wei and times in seconds, as decimal strings or numbers. */
export const escrowTermsSchema = z.object({
  /** The place in jobKinds; the escrow carries it in a byte. */
  kind: z.number().int().min(0).max(255),
  minContributors: z.number().int(),
  maxContributors: z.number().int(),
  /** Seconds since 1970, fixed when the terms are handed out for signing. */
  acceptBy: z.number().int(),
  trainingPeriod: z.number().int(),
  reviewPeriod: z.number().int(),
  bondWei: weiSchema,
  aggregator: z.string(),
  specCid: cidSchema,
  /** Of the escrow's second version alone, where the three stand together. */
  bondBps: z.number().int().optional(),
  referee: z.string().optional(),
  permitOnly: z.boolean().optional(),
});

export type EscrowTerms = z.infer<typeof escrowTermsSchema>;
