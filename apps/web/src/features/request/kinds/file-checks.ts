import type { JobKind } from "@trainchain/protocol";
import { checkPairs, type PairsCheck } from "./embedding-finetune/check-pairs.ts";
import { checkImages, type ImagesCheck } from "./image-classification/check-images.ts";
import { checkRows, type RowsCheck } from "./llm-finetune/check-rows.ts";

/** What a worker found in a file. */
export type FileCheck = RowsCheck | ImagesCheck | PairsCheck;

/** How a file for each kind of job is checked. */
export const fileChecks: Record<
  JobKind,
  (file: File, onProgress: (share: number) => void) => Promise<FileCheck>
> = {
  "llm-finetune": checkRows,
  "image-classification": checkImages,
  "embedding-finetune": checkPairs,
};
