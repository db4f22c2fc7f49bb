import { z } from "zod";
import { cidSchema, seedSchema, weiSchema } from "./primitives.ts";
import { mostRounds, seriesSchema } from "./rounds.ts";

export const loraRanks = [4, 8, 16, 32, 64] as const;
export const mergeMethods = ["svd", "exact", "fedavg"] as const;

const hour = 3_600;
const day = 24 * hour;

/** The escrow terms that a requester chooses; bounds mirror the contract's. */
export const jobTermsSchema = z.object({
  contributors: z.number().int().min(1).max(32).default(2),
  minContributors: z.number().int().min(1).max(32).optional(),
  acceptWithinSeconds: z
    .number()
    .int()
    .min(60)
    .max(90 * day)
    .default(7 * day),
  trainingPeriodSeconds: z
    .number()
    .int()
    .min(60)
    .max(30 * day)
    .default(2 * day),
  /** The contract takes a minute; a delivery that does not come at once has no time in less than an hour. */
  reviewPeriodSeconds: z
    .number()
    .int()
    .min(hour)
    .max(30 * day)
    .default(day),
  rewardWei: weiSchema,
  bondWei: weiSchema.default(0n),
});

/** LoRA and optimiser settings of a fine-tuning job. */
export const trainingSchema = z.object({
  rank: z
    .number()
    .int()
    .refine((rank) => loraRanks.some((allowed) => allowed === rank), {
      message: `rank must be one of ${loraRanks.join(", ")}`,
    })
    .default(8),
  alpha: z.number().int().min(1).max(256).optional(),
  epochs: z.number().int().min(1).max(100).default(2),
  learningRate: z.number().positive().max(0.1).default(2e-4),
  maxLength: z.number().int().min(64).max(8192).default(512),
  seed: seedSchema.optional(),
  method: z.enum(mergeMethods).default("svd"),
});

/** Fewer held-out rows cannot tell honest work from chance. */
export const leastHeldOutRows = 20;

const llmFinetuneSchema = (leastHoldout: number) =>
  z
    .object({
      uploadId: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, "expected the id of a finished upload"),
      model: z.string().min(1).max(300),
      description: z.string().trim().max(2_000).default(""),
      holdoutRows: z.number().int().min(leastHoldout).max(10_000).optional(),
      /** Each round is a job of its own that starts from the last one's result; rewardWei is that of all together. */
      rounds: z.number().int().min(1).max(mostRounds).default(1),
    })
    .extend(jobTermsSchema.shape)
    .extend(trainingSchema.shape)
    .refine((body) => (body.minContributors ?? 1) <= body.contributors, {
      path: ["minContributors"],
      message: "minContributors may not exceed contributors",
    })
    .refine((body) => body.rounds === 1 || body.method !== "fedavg", {
      path: ["method"],
      message: "several rounds need svd or exact: factors averaged apart have no mean update to step along",
    });

/** Body of POST /jobs/llm-finetune. */
export const createLlmFinetuneSchema = llmFinetuneSchema(leastHeldOutRows);

/** The request as a draft keeps it: older ones could hold back less. */
export const keptLlmFinetuneSchema = llmFinetuneSchema(1);

export type CreateLlmFinetune = z.infer<typeof createLlmFinetuneSchema>;

/** A base model as a spec names it; `sha256` is a local one's, of its configuration and weights. */
export const modelOfSpecSchema = z.object({
  id: z.string(),
  revision: z.string(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});

/** The public job spec: stored unsealed, its CID in the terms. It names no shard and no row. */
export const llmJobSpecSchema = z.object({
  version: z.literal(1),
  kind: z.literal("llm-finetune"),
  draftId: z.string(),
  description: z.string(),
  model: modelOfSpecSchema,
  lora: z.object({
    rank: z.number().int(),
    alpha: z.number().int(),
    targetModules: z.literal("all-linear"),
    seed: seedSchema,
  }),
  training: z.object({
    epochs: z.number().int(),
    learningRate: z.number(),
    maxLength: z.number().int(),
    /** Of one optimiser step; left out, it is the trainer's own. */
    rowsPerStep: z.number().int().min(1).optional(),
    /** The share of the learning rate that is left at the last step; left out, none. */
    finalRate: z.number().min(0).max(1).optional(),
  }),
  dataset: z.object({
    format: z.enum(["jsonl", "json", "csv"]),
    rows: z.number().int(),
    holdoutRows: z.number().int(),
    shardRows: z.array(z.number().int()),
    /** Mean length of a row's text in UTF-16 characters, rounded up; left out, it is not known. */
    meanRowChars: z.number().int().optional(),
    /** Of each shard, the rows whose answer begins within the job's length; left out where they were not counted. */
    fittingRows: z.array(z.number().int()).optional(),
    /** What the platform drew to shuffle the rows with; left out in older specs, whose own seed shuffled them. */
    splitSeed: seedSchema.optional(),
    /** sha256 (hex) over the sealed shards' CIDs, one a line, in slot order: a commitment that reveals none. */
    shardsSha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  aggregation: z.object({
    method: z.enum(mergeMethods),
    rank: z.union([z.literal("auto"), z.number().int()]),
  }),
  /** Only where the request asked for several rounds. */
  series: seriesSchema.optional(),
});

export type LlmJobSpec = z.infer<typeof llmJobSpecSchema>;

/** The escrow's Terms as sent to a wallet: amounts in wei and times in seconds, as decimal strings or numbers. */
export const escrowTermsSchema = z.object({
  kind: z.number().int().min(0).max(1),
  minContributors: z.number().int(),
  maxContributors: z.number().int(),
  /** Seconds since 1970, fixed when the terms are handed out for signing. */
  acceptBy: z.number().int(),
  trainingPeriod: z.number().int(),
  reviewPeriod: z.number().int(),
  bondWei: weiSchema,
  aggregator: z.string(),
  specCid: cidSchema,
});

export type EscrowTerms = z.infer<typeof escrowTermsSchema>;
