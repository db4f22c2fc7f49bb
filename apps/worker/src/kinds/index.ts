import type { JobKind, JobSpec } from "@trainchain/protocol";
import { embeddingFinetune } from "./embedding-finetune/index.ts";
import { imageClassification } from "./image-classification/index.ts";
import type { KindWork } from "./kind-work.ts";
import { llmFinetune } from "./llm-finetune/index.ts";

const kinds: { [Kind in JobKind]: KindWork<Extract<JobSpec, { kind: Kind }>> } = {
  "llm-finetune": llmFinetune,
  "image-classification": imageClassification,
  "embedding-finetune": embeddingFinetune,
};

/** What the worker does for jobs of a kind. */
export function workOf(kind: JobKind): KindWork {
  return kinds[kind];
}
