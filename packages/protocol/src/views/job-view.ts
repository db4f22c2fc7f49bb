import { z } from "zod";
import { hardwareNeedsSchema } from "../hardware-needs.ts";
import { jobStatuses, slotStatuses } from "../job-states.ts";
import { specSummarySchema } from "../kinds/table.ts";
import { jobKinds } from "../kinds/words.ts";
import { trainerEventSchema } from "../trainer-events.ts";
import { momentTextSchema, weiTextSchema } from "./amounts.ts";
import { paidWorkSchema } from "./contributor-view.ts";
import { jobSeriesViewSchema } from "./series-view.ts";

/** The latest event of a slot's trainer. */
export const progressViewSchema = z.object({ event: trainerEventSchema, reportedAt: momentTextSchema });

export const slotViewSchema = z.object({
  /** Truncated: whose slot it is in full is for the chain to say. */
  contributor: z.string(),
  /** Whether it is the caller's own. */
  yours: z.boolean(),
  slot: z.number().int(),
  status: z.enum(slotStatuses),
  /** Until when its holder may deliver; of a refusal, until when it may be appealed, or ruled on. */
  deadline: momentTextSchema.nullable(),
  /** Of this contributor's jobs that have ended, the share that it completed; null before the first. */
  completionRate: z.number().nullable(),
  ...paidWorkSchema,
  /** For the requester and that contributor only; null for everybody else. */
  progress: progressViewSchema.nullable(),
});

export const jobViewSchema = z.object({
  jobId: z.string(),
  escrow: z.string(),
  /** One of jobKinds, or what this version does not know: "kind-" and the escrow's number of it. */
  kind: z.string(),
  status: z.enum(jobStatuses),
  requester: z.string(),
  /** False for what others put on chain: it was not prepared here, names another aggregator, or stakes less than its draft asked for. */
  own: z.boolean(),
  /** Null where this platform prepared no data for the job: nothing can be trained for it here. */
  spec: specSummarySchema.nullable(),
  specCid: z.string().nullable(),
  terms: z.object({
    minContributors: z.number().int(),
    maxContributors: z.number().int(),
    acceptBy: momentTextSchema.nullable(),
    trainingPeriodSeconds: z.number().int(),
    reviewPeriodSeconds: z.number().int(),
    bondWei: weiTextSchema,
    aggregator: z.string(),
    /**
     * Of the escrow's second version alone, which keeps a bond until the verdict: the bond in hundredths of a per cent
     * of a share, who hears appeals against refusals, and whether a slot takes the requester's permit.
     */
    bondBps: z.number().int().optional(),
    referee: z.string().nullable().optional(),
    permitOnly: z.boolean().optional(),
  }),
  /** Its requester takes what the minimum needs rather than wait for others to join (POST /jobs/{jobId}/finish). */
  finishesEarly: z.boolean().default(false),
  /** Only of a request for several rounds. */
  series: jobSeriesViewSchema.nullable().optional(),
  stakeWei: weiTextSchema,
  /** What each accepted delivery is paid. */
  shareWei: weiTextSchema,
  feeWei: weiTextSchema,
  slots: z.array(slotViewSchema),
  /** What it takes of an agent besides training (`x-trainchain-abilities`). */
  asks: z.array(z.string()).default([]),
  /** What a machine needs; null where that is not known, and for an agent that cannot do what the job asks. */
  needs: z.object({ gpu: hardwareNeedsSchema, cpu: hardwareNeedsSchema }).nullable(),
  resultCid: z.string().nullable(),
  createdAt: momentTextSchema,
  closedAt: momentTextSchema.nullable(),
  /** What happens next, and by when at the latest. */
  nextStep: z.object({ text: z.string(), until: momentTextSchema.nullable() }),
});

/** One event of a job on chain. */
export const timelineEventSchema = z.object({
  event: z.string(),
  /** Truncated; null where the event concerns no contributor. */
  contributor: z.string().nullable(),
  /** The event's own values: CIDs, amounts in wei, slot numbers. */
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  transactionHash: z.string(),
  blockNumber: z.string(),
  at: momentTextSchema,
});

/** What GET /jobs/{jobId}/events sends as `progress`. */
export const progressEventSchema = progressViewSchema.extend({
  slot: z.number().int(),
  contributor: z.string(),
});

export type SlotView = z.infer<typeof slotViewSchema>;
/** A job as a list has it, of whatever kind. */
export type ListedJob = z.infer<typeof jobViewSchema>;

/** A job of a kind that this version knows. */
export const knownJobSchema = jobViewSchema.extend({ kind: z.enum(jobKinds) });
export type JobView = z.infer<typeof knownJobSchema>;
export type TimelineEvent = z.infer<typeof timelineEventSchema>;
export type ProgressEvent = z.infer<typeof progressEventSchema>;
