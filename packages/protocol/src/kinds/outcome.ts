import type { ImageResultDocument } from "./image-classification/receipt.ts";
import { deliveredLoss, type ResultDocument } from "./llm-finetune/receipt.ts";

/** What a finished job came to, in a sentence: how good what its requester gets is on data that nobody trained on. */
export function outcomeOf(result: ResultDocument | ImageResultDocument): string {
  return result.kind === "image-classification" ? outcomeOfImages(result) : outcomeOfRows(result);
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
