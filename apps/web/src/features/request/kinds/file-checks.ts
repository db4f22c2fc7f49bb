import type { JobKind } from "@trainchain/protocol";
import { checkRows, type RowsCheck } from "./adapters/check-rows.ts";
import { checkImages, type ImagesCheck } from "./image-classification/check-images.ts";

/** What a worker found in a file. */
export type FileCheck = RowsCheck<"llm-finetune" | "embedding-finetune"> | ImagesCheck;

/** How a file for each kind of job is checked. */
export const fileChecks: Record<
  JobKind,
  (file: File, onProgress: (share: number) => void, answerMs?: number) => Promise<FileCheck>
> = {
  "llm-finetune": (...given) => checkRows("llm-finetune", ...given),
  "image-classification": checkImages,
  "embedding-finetune": (...given) => checkRows("embedding-finetune", ...given),
};
