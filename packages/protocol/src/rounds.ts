import { z } from "zod";
import { cidSchema } from "./primitives.ts";

/** Rounds that one request may ask for at most: each is an escrow job of its own, signed and paid by itself. */
export const mostRounds = 16;

/** A sealed adapter: the CID of its ciphertext, and what it is in the clear. */
export const sealedAdapterSchema = z.object({
  cid: cidSchema,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  sizeBytes: z.number().int(),
  rank: z.number().int(),
});

export type SealedAdapter = z.infer<typeof sealedAdapterSchema>;

/** The place of a job in a series of rounds, in its public spec; a spec without it is a job of one round. */
export const seriesSchema = z.object({
  /** The first round's draft: its sealed shards and holdout are those of every round. */
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  /** Counts from 1. */
  round: z.number().int().min(1).max(mostRounds),
  rounds: z.number().int().min(2).max(mostRounds),
  /** The job whose result this round starts from; null in the first. */
  previousJobId: z.string().nullable(),
  /** What every contributor starts from, made by the previous job; null in the first, which starts from its seed. */
  start: sealedAdapterSchema.nullable(),
  /** The previous round's mean, which the momentum is taken from; null in the first. */
  lastMean: sealedAdapterSchema.nullable(),
  /** Nesterov's, over the rounds' means; 0 starts each round from the mean of the one before. */
  momentum: z.number().min(0).lt(1),
});

export type Series = z.infer<typeof seriesSchema>;

/** What a round went in with and what it hands on, in its receipt. */
export const roundOutcomeSchema = seriesSchema.extend({
  /** For the next round; null after the last. */
  next: z.object({ start: sealedAdapterSchema, lastMean: sealedAdapterSchema }).nullable(),
});

export type RoundOutcome = z.infer<typeof roundOutcomeSchema>;

/** The draft that a spec's shards and holdout were sealed for: its own, or the first round's. */
export function dataDraftOf(spec: { draftId: string; series?: Series | undefined }): string {
  return spec.series?.id ?? spec.draftId;
}

/** What one round stakes of the whole reward; what does not divide is staked in the first. */
export function stakeOfRound(rewardWei: bigint, rounds: number, round: number): bigint {
  const each = rewardWei / BigInt(rounds);
  return round === 1 ? rewardWei - each * BigInt(rounds - 1) : each;
}
