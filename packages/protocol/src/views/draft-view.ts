import { z } from "zod";
import { draftStatuses } from "../job-states.ts";
import { draftChangesSchema } from "../kinds/draft-changes.ts";
import { memorySchema } from "../kinds/parts.ts";
import { jobSpecSchema } from "../kinds/table.ts";
import { jobKinds } from "../kinds/words.ts";
import { cidSchema, hashSchema } from "../primitives.ts";
import { escrowTermsSchema } from "../terms.ts";
import { momentTextSchema, weiTextSchema } from "./amounts.ts";
import { draftSeriesViewSchema } from "./series-view.ts";

/** The escrow's Terms in an answer. */
export const termsViewSchema = escrowTermsSchema.extend({ bondWei: weiTextSchema });

/** What may be changed of a draft, as it stands. */
export const changeableViewSchema = draftChangesSchema.extend({ rewardWei: weiTextSchema.optional() });

/** A stake that a wallet sent for a draft: its transaction, and which of the wallet's that is. */
export const sentStakeSchema = z.object({ transaction: hashSchema, nonce: z.number().int().min(0) });

/** A requested job before it is on chain. */
export const draftViewSchema = z.object({
  id: z.string(),
  kind: z.enum(jobKinds),
  status: z.enum(draftStatuses),
  /** What the dataset check found; null until it has run. */
  report: z.record(z.string(), z.unknown()).nullable(),
  error: z.object({ code: z.string(), message: z.string(), fix: z.string().optional() }).nullable(),
  spec: jobSpecSchema.nullable(),
  /** What a contributor's machine must have; left out while there is no spec, or where it is not known. */
  memory: memorySchema.optional(),
  /** What the wallet signs in createJob; null until ready. acceptBy counts from this answer. */
  terms: termsViewSchema.nullable(),
  /** Empty where its requester gave none. */
  title: z.string().default(""),
  stakeWei: weiTextSchema,
  /** Only of a request for several rounds. */
  series: draftSeriesViewSchema.nullable().optional(),
  /** What PATCH takes of it, as it stands; null where nothing may be changed. */
  changeable: changeableViewSchema.nullable().optional(),
  /** What the requester can do now, as a sentence. */
  nextStep: z.string().optional(),
  /**
   * The last stake that was sent for the request, with the spec that it names, another one's where the draft was changed
   * since, and the job that it opened, once that is listed. Nothing is to be signed again before it is known to have
   * failed.
   */
  stake: sentStakeSchema.extend({ specCid: cidSchema, jobId: z.string().nullable() }).nullable().optional(),
  /** The job it became. */
  jobId: z.string().nullable(),
  createdAt: momentTextSchema,
  /** When it is deleted with its data unless it is paid for; null once it is. */
  endsAt: momentTextSchema.nullable().optional(),
});

export const createdDraftViewSchema = z.object({ draft: draftViewSchema });

export type SentStake = z.infer<typeof sentStakeSchema>;
export type TermsView = z.infer<typeof termsViewSchema>;
export type DraftView = z.infer<typeof draftViewSchema>;
