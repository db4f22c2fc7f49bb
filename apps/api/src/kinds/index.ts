import type { JobKind } from "@trainchain/protocol";
import type { Platform } from "../deps.ts";
import { assertImagesPossible } from "./image-classification/assert-possible.ts";
import { assertRowsPossible } from "./llm-finetune/assert-possible.ts";

const checks: Record<JobKind, (request: unknown, platform: Platform) => void> = {
  "llm-finetune": assertRowsPossible,
  "image-classification": assertImagesPossible,
};

/**
 * What no schema can know of a kept request.
 * @throws TrainChainError `invalid-input`
 */
export function assertPossible(kind: JobKind, request: unknown, platform: Platform): void {
  checks[kind](request, platform);
}

/** The routes that a kind of job has for itself: to request it, and to hand in what it delivers. */
export { createImageClassification } from "./image-classification/create-job.ts";
export { completeImageJob } from "./image-classification/submit-model.ts";
export { createLlmFinetune } from "./llm-finetune/create-job.ts";
export { submitAdapter } from "./llm-finetune/submit-adapter.ts";
