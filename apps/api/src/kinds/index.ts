/** The routes that a kind of job has for itself: to request it, and to hand in what it delivers. */
export { createImageClassification } from "./image-classification/create-job.ts";
export { completeImageJob } from "./image-classification/submit-model.ts";
export { createLlmFinetune } from "./llm-finetune/create-job.ts";
export { submitAdapter } from "./llm-finetune/submit-adapter.ts";
