import { scoreOfDelivered } from "./adapters/receipt.ts";
import type { EmbeddingResultDocument } from "./embedding-finetune/receipt.ts";
import type { ImageResultDocument } from "./image-classification/receipt.ts";
import { deliveredLoss, type ResultDocument } from "./llm-finetune/receipt.ts";
import { firstKind, type JobKind } from "./words.ts";

interface ResultOf {
  "llm-finetune": ResultDocument;
  "image-classification": ImageResultDocument;
  "embedding-finetune": EmbeddingResultDocument;
}

const outcomes: { [Name in JobKind]: (result: ResultOf[Name]) => string } = {
  "llm-finetune": outcomeOfRows,
  "image-classification": outcomeOfImages,
  "embedding-finetune": outcomeOfPairs,
};

/** What a finished job came to, in a sentence: how good what its requester gets is on data that nobody trained on. */
export function outcomeOf(result: ResultOf[JobKind]): string {
  const tell = outcomes[result.kind ?? firstKind] as (result: ResultOf[JobKind]) => string;
  return tell(result);
}

function outcomeOfPairs(result: EmbeddingResultDocument): string {
  const [before, after] = [result.evaluation?.base, scoreOfDelivered(result)];
  if (!before || !after) return "The result was not measured.";
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return `Finds the right text among the first ten for ${percent(after.recallAt10)} of unseen pairs; the base model for ${percent(before.recallAt10)}.`;
}

function outcomeOfImages({ evaluation: { correct, holdoutRows } }: ImageResultDocument): string {
  return `Names ${correct} of ${holdoutRows} unseen images rightly.`;
}

function outcomeOfRows(result: ResultDocument): string {
  const before = result.evaluation?.base.loss;
  const after = deliveredLoss(result);
  if (before === undefined || after === undefined) return "The result was not measured.";
  const percent = Math.abs((100 * (before - after)) / before).toFixed(1);
  return `Loss on unseen rows ${before.toFixed(3)} → ${after.toFixed(3)}: ${percent} % ${after > before ? "worse" : "better"} than the base model.`;
}
