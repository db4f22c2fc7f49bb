/*
 * What the kinds of job have in common whose contributors each train a LoRA adapter of one base model, to be merged. It
 * lies with the first of them; another takes it from here.
 */
export { type BaseModel, findBaseModel } from "./llm-finetune/base-models.ts";
export { describeLeftOut } from "./llm-finetune/describe-left-out.ts";
export { type Gain, gainSchema, pairedGain } from "./llm-finetune/gain.ts";
export { adapterChanges, adapterTraining, summariseAdapter, usesOfRows } from "./llm-finetune/kind.ts";
export {
  type Receipt,
  type ResultDocument,
  receiptSchema,
  resultDocumentSchema,
} from "./llm-finetune/receipt.ts";
export { replayOutcomeSchema } from "./llm-finetune/replay.ts";
export { trainingSchema } from "./llm-finetune/request.ts";
export { type LlmJobSpec, llmJobSpecSchema } from "./llm-finetune/spec.ts";
export { llmSpecSummarySchema } from "./llm-finetune/summary.ts";
