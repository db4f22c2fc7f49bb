import { scoreOfDelivered } from "../adapters/receipt.ts";
import type { EmbeddingResultDocument } from "./receipt.ts";

export function outcomeOfPairs(result: EmbeddingResultDocument): string {
  const [before, after] = [result.evaluation?.base, scoreOfDelivered(result)];
  if (!before || !after) return "The result was not measured.";
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return `Finds the right text among the first ten for ${percent(after.recallAt10)} of unseen pairs; the base model for ${percent(before.recallAt10)}.`;
}
