import { z } from "zod";
import { gpuTierSchema } from "../hardware-needs.ts";
import { signatureSchema } from "../primitives.ts";
import { preflightSchema } from "../trainer-events.ts";
import { weiTextSchema } from "../views/amounts.ts";
import { fiatRateSchema } from "../views/config-view.ts";
import { knownJobSchema } from "../views/job-view.ts";
import { agentJobRecordSchema } from "./agent-job.ts";
import { appSettingsSchema, takingSchema } from "./app-settings.ts";

const errorSchema = z.object({ code: z.string(), message: z.string(), fix: z.string().optional() });

/** How far the training environment is. */
export const environmentStateSchema = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("installing"),
    phase: z.string(),
    message: z.string(),
    /** Bytes of finished downloads and of all that are known of; absent before the first. */
    doneBytes: z.number().optional(),
    totalBytes: z.number().optional(),
    /** Seconds until the known downloads are through, at the speed so far. */
    secondsLeft: z.number().optional(),
  }),
  z.object({ status: z.literal("failed"), error: errorSchema }),
  z.object({
    status: z.literal("ready"),
    device: z.string(),
    deviceName: z.string(),
    python: z.string(),
    versions: z.record(z.string(), z.string()),
  }),
]);
export type EnvironmentState = z.infer<typeof environmentStateSchema>;

/** What a preflight found for one job; `reasons` is empty exactly where it passed. */
export const preflightReportSchema = z.object({
  ok: z.boolean(),
  /** Every need that is not met, in words. */
  reasons: z.array(z.string()),
  machine: preflightSchema.omit({ event: true }),
  estimatedSeconds: z.number().nullable(),
  allowedSeconds: z.number(),
  checkedAt: z.string(),
});
export type PreflightReport = z.infer<typeof preflightReportSchema>;

export const preflightStateSchema = z.discriminatedUnion("status", [
  z.object({ status: z.literal("running"), startedAt: z.string(), benchmarkSeconds: z.number() }),
  z.object({ status: z.literal("done"), report: preflightReportSchema }),
  /** The check could not be made, which is no pass. */
  z.object({ status: z.literal("failed"), error: errorSchema }),
]);
export type PreflightState = z.infer<typeof preflightStateSchema>;

/** One step of a training, or one epoch of an image job, as the curve shows it. */
export const trainingPointSchema = z.object({
  unit: z.enum(["step", "epoch"]),
  step: z.number(),
  steps: z.number(),
  loss: z.number(),
  /** Tokens a second by step, images a second by epoch. */
  perSecond: z.number(),
  etaSeconds: z.number(),
  memoryMb: z.number(),
});
export type TrainingPoint = z.infer<typeof trainingPointSchema>;

export const agentJobViewSchema = z.object({
  record: agentJobRecordSchema,
  now: z.string(),
  next: z.string(),
  /** Place in the machine's queue: 0 has it now; null where the job does not need it. */
  place: z.number().int().nullable(),
  latest: trainingPointSchema.nullable(),
});
export type AgentJobView = z.infer<typeof agentJobViewSchema>;

export const machineLoadSchema = z.object({
  /** 0 to 1, over all cores. */
  cpu: z.number(),
  memoryUsedBytes: z.number(),
  memoryTotalBytes: z.number(),
  gpu: z
    .object({ name: z.string(), usage: z.number(), memoryUsedMb: z.number(), memoryTotalMb: z.number() })
    .nullable(),
});
export type MachineLoad = z.infer<typeof machineLoadSchema>;

/** Everything the screens show that is not a list of the platform's. Sent whole at every change. */
export const appStateSchema = z.object({
  version: z.string(),
  platform: z.object({
    apiUrl: z.string(),
    /** Null until the platform has answered once. */
    config: z
      .object({
        chainId: z.number(),
        chainName: z.string(),
        rpcUrl: z.string(),
        explorerUrl: z.string().nullable(),
        escrow: z.string(),
        feeBps: z.number(),
        fundingUrl: z.string().nullable().default(null),
        fiat: fiatRateSchema.nullable().default(null),
      })
      .nullable(),
    problem: errorSchema.nullable(),
  }),
  environment: environmentStateSchema,
  /** The wallet that the agent works for; `signedIn` is false once its login has ended. */
  wallet: z.object({ address: z.string(), delegate: z.string(), signedIn: z.boolean() }).nullable(),
  settings: appSettingsSchema,
  /** `hasKey`: whether this machine keeps the key of the wallet at work, without which nothing can be taken. */
  taking: takingSchema.extend({ hasKey: z.boolean() }),
  /** Whether this system can tell how busy other programs are. */
  canSeeIdle: z.boolean(),
  /** Why the machine does not train now although there is work, in words; null where it may. */
  held: z.string().nullable(),
  jobs: z.array(agentJobViewSchema),
  preflights: z.record(z.string(), preflightStateSchema),
  load: machineLoadSchema.nullable(),
  /** How the trainer is shut off on this system, in words. */
  confinement: z.string(),
});
export type AppState = z.infer<typeof appStateSchema>;

/** What the stream of the agent sends. */
export const appEventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("state"), state: appStateSchema }),
  z.object({ type: z.literal("point"), jobId: z.string(), point: trainingPointSchema }),
  z.object({
    type: z.literal("log"),
    /** A job's id, or "environment". */
    source: z.string(),
    line: z.string(),
  }),
]);
export type AppEvent = z.infer<typeof appEventSchema>;

/** What one machine, as it was measured last, is to one job. */
export const machineFitSchema = z.object({
  /** What it has too little of, in words that follow "needs"; empty where it should do. */
  lacks: z.array(z.string()),
  /** What training would take at the worst, in seconds; null where this machine's speed or the model's size is not known. */
  estimatedSeconds: z.number().nullable(),
});
export type MachineFit = z.infer<typeof machineFitSchema>;

/** An open job with what a contributor wants to know before it takes a slot. */
export const jobOfferSchema = z.object({
  job: knownJobSchema,
  freeSlots: z.number().int(),
  /** Why it cannot be taken, as a sentence; null where it can. */
  obstacle: z.string().nullable(),
  /** The requester's, where the job asks for one and this wallet was given it. */
  permit: signatureSchema.nullable(),
  /** Estimated cost of accepting, at the present price of gas. */
  gasWei: weiTextSchema,
  /** Where the platform takes the slot and pays, since the wallet cannot: until when what it signs now is to count. */
  relayedUntil: z.number().int().nullable(),
  /** Null where too little is known of the machine or of what the job needs. */
  fit: machineFitSchema.nullable(),
  /** This requester's jobs among the platform's latest 500. */
  requesterHistory: z.object({
    jobs: z.number().int(),
    paidOut: z.number().int(),
    cancelled: z.number().int(),
    expired: z.number().int(),
    /** What these paid in all, and to how many wallets: a number of jobs alone costs gas only. */
    paidWei: weiTextSchema,
    contributors: z.number().int(),
  }),
});
export type JobOffer = z.infer<typeof jobOfferSchema>;

/** `unknown` are as many others as are of kinds that this version does not know. */
export const jobOffersSchema = z.object({ items: z.array(jobOfferSchema), unknown: z.number().int() });

/** The caller's profile, and what this machine was measured to be; null before the first measurement. */
export const appProfileSchema = z.object({
  isNew: z.boolean(),
  gpuTier: gpuTierSchema.nullable(),
  measuredTier: gpuTierSchema.nullable(),
  measuredAs: z.string().nullable(),
});
export type AppProfile = z.infer<typeof appProfileSchema>;
