import { z } from "zod";
import { momentTextSchema } from "./amounts.ts";
import { contributorViewSchema } from "./contributor-view.ts";

/** A closed job that a contributor had a slot in: nothing about its present work, nor what it earned. */
export const contributorHistoryEntrySchema = z.object({
  jobId: z.string(),
  escrow: z.string(),
  /** As a job has it. */
  kind: z.string(),
  /** The slot's end; null for slots of a job that closed before they were delivered. */
  outcome: z.enum(["paid", "rejected", "released", "not-delivered"]),
  acceptedAt: momentTextSchema,
  closedAt: momentTextSchema.nullable(),
});

/** A contributor's public page. */
export const contributorProfileViewSchema = contributorViewSchema.extend({
  jobsAccepted: z.number().int(),
  /** Newest first, at most the last fifty. */
  history: z.array(contributorHistoryEntrySchema),
});

export type ContributorProfileView = z.infer<typeof contributorProfileViewSchema>;
