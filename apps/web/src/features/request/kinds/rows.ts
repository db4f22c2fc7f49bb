/** The check of rows, for every kind of job whose data they are; it lies with the first. */
export { checkRows, type RowsCheck } from "./llm-finetune/check-rows.ts";
