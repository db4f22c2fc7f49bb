import { adapterChanges, adapterTraining, summariseAdapter, usesOfRows } from "../adapters/training.ts";
import type { Kind } from "../kind.ts";
import { mostPairTokens } from "./limits.ts";
import { encoderModels } from "./models.ts";
import { createEmbeddingFinetuneSchema } from "./request.ts";
import type { EmbeddingJobSpec } from "./spec.ts";
import type { EmbeddingSpecSummary } from "./summary.ts";

const { asksOf, needsOf, trainer } = adapterTraining;

export const embeddingFinetune: Kind<EmbeddingJobSpec, EmbeddingSpecSummary> = {
  termsOf(request) {
    const parsed = createEmbeddingFinetuneSchema.parse(request);
    return { ...parsed, minContributors: parsed.minContributors ?? parsed.contributors, rounds: 1 };
  },
  changeable: adapterChanges,
  summarise: summariseAdapter,
  asksOf,
  needsOf: (spec, models) => needsOf(spec, [...encoderModels, ...models]),
  usesOf: (summary) => usesOfRows(summary, mostPairTokens(summary), async () => encoderModels),
  trainer: {
    ...trainer,
    optionsOf: (spec, cid, modelPath) => ({
      ...trainer.optionsOf(spec, cid, modelPath),
      objective: "in-batch",
    }),
  },
};
