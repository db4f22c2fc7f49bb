export * from "./fact.ts";
export * from "./facts.ts";
export * from "./image-classification/index.ts";
export * from "./kind.ts";
export * from "./llm-finetune/index.ts";
export { outcomeOf } from "./outcome.ts";
export * from "./parts.ts";
export * from "./table.ts";
export * from "./words.ts";
