import {
  adapterChanges,
  adapterNeeds,
  adapterTraining,
  summariseAdapter,
  usesOfRows,
} from "../adapters/training.ts";
import { centralRowsPerStep } from "../adapters/training-rates.ts";
import type { Kind } from "../kind.ts";
import { mostPairsPerStep, mostPairTokens } from "./limits.ts";
import { encoderModels } from "./models.ts";
import { createEmbeddingFinetuneSchema } from "./request.ts";
import type { EmbeddingJobSpec } from "./spec.ts";
import type { EmbeddingSpecSummary } from "./summary.ts";

const { asksOf, trainer } = adapterTraining;

export const embeddingFinetune: Kind<EmbeddingJobSpec, EmbeddingSpecSummary> = {
  termsOf(request) {
    const parsed = createEmbeddingFinetuneSchema.parse(request);
    return { ...parsed, minContributors: parsed.minContributors ?? parsed.contributors, rounds: 1 };
  },
  changeable: adapterChanges,
  summarise: summariseAdapter,
  asksOf,
  // All pairs of a step are computed together, each of two texts.
  needsOf: (spec, models) =>
    adapterNeeds(spec, [...encoderModels, ...models], {
      texts: 2 * (spec.training.rowsPerStep ?? centralRowsPerStep),
      usual: 2 * mostPairsPerStep,
    }),
  usesOf: (summary) => usesOfRows(summary, mostPairTokens(summary), async () => encoderModels),
  trainer: {
    ...trainer,
    optionsOf: (spec, cid, modelPath) => ({
      ...trainer.optionsOf(spec, cid, modelPath),
      objective: "in-batch",
    }),
  },
};
