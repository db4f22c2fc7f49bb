import { z } from "zod";
import { gpuTierSchema } from "../hardware-needs.ts";
import { jobStatuses, slotStatuses } from "../job-states.ts";
import { ratingSummarySchema } from "../ratings.ts";
import { momentTextSchema, weiTextSchema } from "./amounts.ts";

export const contributorSorts = ["standing", "jobsCompleted", "completionRate", "memberSince"] as const;

/** What a contributor was paid for, by whom; rounded, since what it earned to the wei is its own affair. */
export const paidWorkSchema = {
  /** Wallets that paid it. */
  requesters: z.number().int().default(0),
  /** What they paid in all, rounded down to a 1, a 2 or a 5 with zeros behind it. */
  paidAtLeastWei: weiTextSchema.default("0"),
};

/** One contributor as everybody may see it: no full address, no exact earnings, no current job. */
export const contributorViewSchema = z.object({
  profileId: z.string(),
  wallet: z.string(),
  explorerUrl: z.string().nullable(),
  jobsCompleted: z.number().int(),
  ...paidWorkSchema,
  /** Completed jobs among those that have ended for this contributor; null before the first. */
  completionRate: z.number().nullable(),
  active: z.boolean(),
  gpuTier: gpuTierSchema.nullable(),
  /** Whether the tier was measured by the contributor's agent rather than chosen. */
  gpuMeasured: z.boolean(),
  memberSince: momentTextSchema,
  /** Stars that requesters gave, weighed by what they paid; null before the first. */
  rating: ratingSummarySchema.nullable(),
});

/** The caller's own profile. */
export const profileViewSchema = z.object({
  wallet: z.string(),
  /** Of the public page; null before the first job. */
  profileId: z.string().nullable(),
  gpuTier: gpuTierSchema.nullable(),
  gpuMeasured: z.boolean(),
  jobsAccepted: z.number().int(),
  jobsCompleted: z.number().int(),
  /** As the pool shows it; null before the first job that has ended. */
  completionRate: z.number().nullable(),
  earnedWei: weiTextSchema,
  /** Wallets that paid it. */
  requesters: z.number().int().default(0),
  memberSince: momentTextSchema.nullable(),
});

/** Body of PUT /profile/gpu-tier. */
export const setGpuTierSchema = z.object({
  gpuTier: gpuTierSchema,
  measured: z.boolean().default(false),
});

/** One slot that the caller took. */
export const contributionViewSchema = z.object({
  jobId: z.string(),
  escrow: z.string(),
  jobStatus: z.enum(jobStatuses),
  model: z.string().nullable(),
  slot: z.number().int(),
  status: z.enum(slotStatuses),
  deadline: momentTextSchema.nullable(),
  acceptedAt: momentTextSchema,
  adapterCid: z.string().nullable(),
  paidWei: weiTextSchema.nullable(),
  /** What this slot will be paid if its delivery is accepted; null once the job is closed. */
  pendingWei: weiTextSchema.nullable(),
  /** When anybody may have a delivery of the job paid at the latest; null once it is closed. */
  paidBy: momentTextSchema.nullable().default(null),
  /** Hashes of the transactions that took the slot, delivered for it, and paid, refused or released it. */
  transactions: z.object({
    accepted: z.string().nullable(),
    submitted: z.string().nullable(),
    ended: z.string().nullable(),
  }),
  /** Why the last submission that was to be relayed did not get on chain; null where nothing is wrong. */
  relayError: z.object({ code: z.string(), message: z.string(), fix: z.string().optional() }).nullable(),
});

export const balanceViewSchema = z.object({
  /** From the platform's escrow. */
  withdrawableWei: weiTextSchema,
  /** From contracts where the platform stood before, each of which pays out what it holds itself. */
  elsewhere: z.array(z.object({ escrow: z.string(), withdrawableWei: weiTextSchema })).default([]),
});

export type ContributorView = z.infer<typeof contributorViewSchema>;
export type ProfileView = z.infer<typeof profileViewSchema>;
export type ContributionView = z.infer<typeof contributionViewSchema>;
export type BalanceView = z.infer<typeof balanceViewSchema>;
