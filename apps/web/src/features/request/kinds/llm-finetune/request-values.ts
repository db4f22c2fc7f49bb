import type { JobView } from "@trainchain/protocol";
import { adapterValuesOf, initialOfAdapters } from "../adapters/request-values.ts";

export const llmFormKey = "trainchain-llm-request";

/** With which the form begins. */
export const initial = {
  ...initialOfAdapters,
  epochs: 2,
  /** Empty where the proposed one is taken. */
  maxLength: "",
  rounds: 1,
  /** Empty where the proposed one is taken. */
  proof: "",
};

export type LlmValues = typeof initial;
export type SetLlmValue = <Name extends keyof LlmValues>(name: Name, value: LlmValues[Name]) => void;

/** With which a job was requested. */
export function llmValuesOf(job: JobView): Record<string, string | number> {
  const { spec, series } = job;
  const own = { ...adapterValuesOf(job), rounds: series?.rounds ?? 1 };
  if (spec?.kind !== "llm-finetune") return own;
  const proof = spec.stages === undefined ? "result" : "replay";
  return { ...own, maxLength: String(spec.maxLength), proof };
}
