import { outcomeOfPairs } from "./embedding-finetune/outcome.ts";
import type { EmbeddingResultDocument } from "./embedding-finetune/receipt.ts";
import { outcomeOfImages } from "./image-classification/outcome.ts";
import type { ImageResultDocument } from "./image-classification/receipt.ts";
import { outcomeOfRows } from "./llm-finetune/outcome.ts";
import type { ResultDocument } from "./llm-finetune/receipt.ts";
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
