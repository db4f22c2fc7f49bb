import { measuredImages } from "./checks.ts";
import type { ImageResultDocument } from "./receipt.ts";

export function outcomeOfImages({ evaluation }: ImageResultDocument): string {
  return `Names ${evaluation.correct} of ${measuredImages(evaluation)} unseen images rightly.`;
}
