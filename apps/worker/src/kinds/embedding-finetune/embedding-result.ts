import {
  type EmbeddingResultDocument,
  embeddingResultDocumentSchema,
  recallGain,
  recallOf,
  TrainChainError,
} from "@trainchain/protocol";
import type { RowLosses } from "../adapters/measure-adapters.ts";
import type { ResultForm } from "../adapters/result-form.ts";
import { encoderCard } from "./encoder-card.ts";

/** Every figure of pairs has them; without, the evaluator is older than this platform. */
function ranksOf({ ranks }: RowLosses): readonly number[] {
  if (ranks) return ranks;
  throw new TrainChainError("environment-broken", "the evaluator ranks no pairs", {
    fix: "Update the evaluator to this platform's version.",
  });
}

const draftSchema = embeddingResultDocumentSchema.omit({ bundleCid: true });

export const embeddingResult: ResultForm<EmbeddingResultDocument> = {
  read: (document) => embeddingResultDocumentSchema.parse(document),
  readDraft: (document) => draftSchema.parse(document),
  scoreOf: (figures) => ({ loss: figures.loss, recallAt10: recallOf(ranksOf(figures)) }),
  gainOf: (before, after) => recallGain(ranksOf(before), ranksOf(after)),
  cardOf: encoderCard,
};
