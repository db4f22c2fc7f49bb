import { z } from "zod";
import { weiTextSchema } from "./amounts.ts";

/** The place of a draft among the rounds of its request. */
export const draftSeriesViewSchema = z.object({
  round: z.number().int(),
  rounds: z.number().int(),
  /** The job whose result this round starts from. */
  previousJobId: z.string().nullable(),
  /** The reward of all rounds; the draft's own stake is one round's part. */
  totalWei: weiTextSchema,
});

/** The place of a job among the rounds of its request. */
export const jobSeriesViewSchema = z.object({
  round: z.number().int(),
  rounds: z.number().int(),
  previousJobId: z.string().nullable(),
  /** Whether a next round can still take place: not after the last, nor without a result, nor once it was deleted. */
  nextMayCome: z.boolean(),
  /** The draft of the next round, once this one's result is in and until it is paid for; its requester's alone. */
  nextDraftId: z.string().nullable(),
  nextJobId: z.string().nullable(),
  /** Whether the caller worked on a part of the data that another contributor has in this round. */
  yourShardIsTaken: z.boolean(),
});

export type DraftSeriesView = z.infer<typeof draftSeriesViewSchema>;
export type JobSeriesView = z.infer<typeof jobSeriesViewSchema>;
