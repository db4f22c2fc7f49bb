import type { ImageResultDocument } from "./receipt.ts";

export function outcomeOfImages({ evaluation: { correct, holdoutRows } }: ImageResultDocument): string {
  return `Names ${correct} of ${holdoutRows} unseen images rightly.`;
}
