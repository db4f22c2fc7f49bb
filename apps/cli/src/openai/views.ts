import { rowsPerStepOf } from "@trainchain/protocol";
import { hasEnded, type KeptFile, type KeptJob } from "./state.ts";
import type { KeptEvent } from "./store.ts";

/** Who asks and how many train, which no record repeats. */
export interface Place {
  wallet: string;
  slots: number;
}

export function fileView({ id, fileName, sizeBytes, purpose, createdAt }: KeptFile) {
  return {
    id,
    object: "file" as const,
    bytes: sizeBytes,
    created_at: createdAt,
    filename: fileName,
    purpose,
    status: "processed" as const,
  };
}

export function jobView(job: KeptJob, { wallet, slots }: Place) {
  const { epochs, learningRateMultiplier } = job.hyperparameters;
  const hyperparameters = {
    n_epochs: epochs ?? "auto",
    batch_size: rowsPerStepOf(slots),
    learning_rate_multiplier: learningRateMultiplier ?? "auto",
  };
  return {
    id: job.id,
    object: "fine_tuning.job" as const,
    created_at: job.createdAt,
    finished_at: job.finishedAt,
    estimated_finish: null,
    model: job.model,
    fine_tuned_model: job.fineTunedModel,
    organization_id: wallet,
    status: job.status,
    error: job.error,
    training_file: job.trainingFile,
    validation_file: null,
    result_files: job.resultFile ? [job.resultFile] : [],
    trained_tokens: job.trainedTokens,
    hyperparameters,
    method: { type: "supervised" as const, supervised: { hyperparameters } },
    seed: job.seed,
    integrations: [],
    metadata: job.metadata,
  };
}

export function eventView({ id, createdAt, level, message, data }: KeptEvent) {
  return {
    id,
    object: "fine_tuning.job.event" as const,
    created_at: createdAt,
    level,
    message,
    type: data ? ("metrics" as const) : ("message" as const),
    data: data ?? {},
  };
}

/** The finished model is a job's one checkpoint: what contributors have half-way belongs to nobody else. */
export function checkpointsOf(job: KeptJob) {
  if (job.fineTunedModel === null || !hasEnded(job)) return [];
  return [
    {
      id: job.id.replace("ftjob-", "ftckpt_"),
      object: "fine_tuning.job.checkpoint" as const,
      created_at: job.finishedAt ?? job.createdAt,
      fine_tuned_model_checkpoint: job.fineTunedModel,
      fine_tuning_job_id: job.id,
      step_number: job.steps ?? 0,
      metrics: {
        step: job.steps ?? 0,
        ...(job.heldOutLoss === null ? {} : { full_valid_loss: job.heldOutLoss }),
      },
    },
  ];
}
