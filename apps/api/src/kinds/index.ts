import type { JobKind } from "@trainchain/protocol";
import type { Deps, Platform } from "../deps.ts";
import { routeApp } from "../http/route-app.ts";
import { submitAdapter } from "./adapters/submit-adapter.ts";
import { assertPairsPossible } from "./embedding-finetune/assert-possible.ts";
import { createEmbeddingFinetune } from "./embedding-finetune/create-job.ts";
import { assertImagesPossible } from "./image-classification/assert-possible.ts";
import { createImageClassification } from "./image-classification/create-job.ts";
import { completeImageJob } from "./image-classification/submit-model.ts";
import { assertRowsPossible } from "./llm-finetune/assert-possible.ts";
import { createLlmFinetune } from "./llm-finetune/create-job.ts";

const checks: Record<JobKind, (request: unknown, platform: Platform) => void> = {
  "llm-finetune": assertRowsPossible,
  "image-classification": assertImagesPossible,
  "embedding-finetune": assertPairsPossible,
};

/**
 * What no schema can know of a kept request.
 * @throws TrainChainError `invalid-input`
 */
export function assertPossible(kind: JobKind, request: unknown, platform: Platform): void {
  checks[kind](request, platform);
}

/** The routes that the kinds of job have for themselves: to request one, and to hand in what it delivers. */
export function kindRoutes(deps: Deps) {
  return routeApp()
    .route("/", createLlmFinetune(deps))
    .route("/", createImageClassification(deps))
    .route("/", createEmbeddingFinetune(deps))
    .route("/", submitAdapter(deps))
    .route("/", completeImageJob(deps));
}
