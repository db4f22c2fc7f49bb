import { z } from "zod";
import { signatureSchema } from "./primitives.ts";
import { momentTextSchema } from "./views/amounts.ts";

/** What a requester says of a contributor's work on its job. */
export interface Rating {
  chainId: number;
  escrow: string;
  jobId: string | bigint;
  /** The slot in which the contributor delivered. */
  slot: number;
  stars: number;
  text: string;
}

/** The text that the requester's wallet signs (EIP-191). It names chain, escrow, job and slot, so it counts once. */
export function ratingMessage({ chainId, escrow, jobId, slot, stars, text }: Rating): string {
  return [
    "TrainChain rating",
    `Chain: ${chainId}`,
    `Escrow: ${escrow.toLowerCase()}`,
    `Job: ${jobId}`,
    `Slot: ${slot}`,
    `Stars: ${stars} of 5`,
    `Text: ${text}`,
  ].join("\n");
}

/** Body of POST /jobs/{jobId}/ratings. */
export const rateContributorSchema = z.object({
  slot: z.number().int().min(0).max(31),
  stars: z.number().int().min(1).max(5),
  text: z.string().trim().max(500).default(""),
  signature: signatureSchema,
});

export const ratingViewSchema = z.object({
  slot: z.number().int(),
  /** Truncated. */
  contributor: z.string(),
  stars: z.number().int(),
  text: z.string(),
  ratedAt: momentTextSchema,
});

export const ratingsViewSchema = z.object({ items: z.array(ratingViewSchema) });

/** A contributor's ratings over all its jobs: the weighted average of stars, and of how many requesters it is. */
export const ratingSummarySchema = z.object({ average: z.number(), count: z.number().int() });

export type RateContributor = z.infer<typeof rateContributorSchema>;
export type RatingView = z.infer<typeof ratingViewSchema>;
