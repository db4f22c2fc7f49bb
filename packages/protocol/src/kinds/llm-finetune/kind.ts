import { adapterChanges, adapterTraining, summariseAdapter, usesOfRows } from "../adapters/training.ts";
import type { Kind } from "../kind.ts";
import { keptLlmFinetuneSchema } from "./request.ts";
import { mostRowTokens } from "./row-tokens.ts";
import type { LlmJobSpec } from "./spec.ts";
import type { LlmSpecSummary } from "./summary.ts";

export const llmFinetune: Kind<LlmJobSpec, LlmSpecSummary> = {
  ...adapterTraining,
  termsOf(request) {
    const parsed = keptLlmFinetuneSchema.parse(request);
    return { ...parsed, minContributors: parsed.minContributors ?? parsed.contributors };
  },
  changeable: adapterChanges,
  usesOf: (summary, listModels) => usesOfRows(summary, mostRowTokens(summary), listModels),
  summarise: summariseAdapter,
};
