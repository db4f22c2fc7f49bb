import { jobIdTextSchema, weiTextSchema } from "@trainchain/protocol";
import { z } from "zod";

const seconds = z.number().int();

const keptFileSchema = z.object({
  id: z.string(),
  fileName: z.string(),
  sizeBytes: z.number().int(),
  /** Lines that hold something. */
  rows: z.number().int(),
  purpose: z.enum(["fine-tune", "fine-tune-results"]),
  createdAt: seconds,
});

/** As it was asked for; null where that was left to us. */
const hyperparametersSchema = z.object({
  epochs: z.number().int().nullable(),
  batchSize: z.number().int().nullable(),
  learningRateMultiplier: z.number().nullable(),
});

const keptStatuses = ["validating_files", "queued", "running", "succeeded", "failed", "cancelled"] as const;

const keptJobSchema = z.object({
  id: z.string(),
  createdAt: seconds,
  /** One that the platform offers. */
  model: z.string(),
  trainingFile: z.string(),
  hyperparameters: hyperparametersSchema,
  suffix: z.string().nullable(),
  seed: z.number().int(),
  metadata: z.record(z.string(), z.string()).nullable(),
  status: z.enum(keptStatuses),
  error: z.object({ code: z.string(), message: z.string(), param: z.string().nullable() }).nullable(),
  /** What it takes of the limit: its stake, from before it is signed; 0 once it is known that none of it is spent. */
  heldWei: weiTextSchema,
  /** Whether its stake may have been signed: then only the chain can say. */
  isPaying: z.boolean(),
  jobId: jobIdTextSchema.nullable(),
  finishedAt: seconds.nullable(),
  fineTunedModel: z.string().nullable(),
  resultFile: z.string().nullable(),
  trainedTokens: z.number().int().nullable(),
  /** Of the finished model on rows that nobody trained on. */
  heldOutLoss: z.number().nullable(),
  steps: z.number().int().nullable(),
});

/** What a server remembers between two starts. */
export const stateSchema = z.object({
  version: z.literal(1),
  /** `wallet@escrow`, which the limit is for. */
  owner: z.string(),
  /** Of the key that scripts send. */
  keySha256: z.string(),
  limitWei: weiTextSchema,
  files: z.array(keptFileSchema),
  jobs: z.array(keptJobSchema),
});

export type State = z.infer<typeof stateSchema>;
export type KeptFile = z.infer<typeof keptFileSchema>;
export type KeptJob = z.infer<typeof keptJobSchema>;

/** What of the limit is taken. */
export function heldWeiOf({ jobs }: Pick<State, "jobs">): bigint {
  return jobs.reduce((sum, { heldWei }) => sum + BigInt(heldWei), 0n);
}

export function hasEnded({ status }: KeptJob): boolean {
  return status === "succeeded" || status === "failed" || status === "cancelled";
}
