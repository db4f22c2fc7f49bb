/** What needs no schemas: programs that have to start at once import this alone, and load a tenth of the protocol. */
export * from "./errors.ts";
export * from "./kinds/embedding-finetune/columns.ts";
export { counted } from "./kinds/fact.ts";
export * from "./kinds/image-classification/chance.ts";
export * from "./kinds/image-classification/limits.ts";
export * from "./kinds/llm-finetune/limits.ts";
export * from "./parse-json.ts";
export * from "./printable.ts";
