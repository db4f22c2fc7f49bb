import type { z } from "zod";
import type { createEmbeddingFinetuneSchema } from "./embedding-finetune/index.ts";
import type { createImageClassificationSchema } from "./image-classification/index.ts";
import type { createLlmFinetuneSchema } from "./llm-finetune/index.ts";
import type { JobKind } from "./words.ts";

interface Requests {
  "llm-finetune": z.input<typeof createLlmFinetuneSchema>;
  "image-classification": z.input<typeof createImageClassificationSchema>;
  "embedding-finetune": z.input<typeof createEmbeddingFinetuneSchema>;
}

/** What a job of a kind is requested with: the body of `POST /jobs/<kind>`. */
export type JobRequest<Name extends JobKind> = Requests[Name];
