/*
 * How adapters are prepared, judged and merged, whatever kind of model they are for. It lies with the first kind that has
 * them; another takes it from here.
 */
export { concludeJob } from "./llm-finetune/conclude.ts";
export { adapterWork } from "./llm-finetune/index.ts";
export type { RowLosses } from "./llm-finetune/measure-adapters.ts";
export { readEncoder } from "./llm-finetune/modules-of-model.ts";
export { prepareAdapters } from "./llm-finetune/prepare.ts";
export type { ResultForm } from "./llm-finetune/result-form.ts";
