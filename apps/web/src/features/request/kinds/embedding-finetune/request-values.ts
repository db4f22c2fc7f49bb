import type { JobView } from "@trainchain/protocol";
import { adapterValuesOf, initialOfAdapters } from "../adapters/request-values.ts";

export const embeddingFormKey = "trainchain-embedding-request";

/** With which the form begins. */
export const initial = { ...initialOfAdapters, epochs: 3, maxLength: 128 };

/** With which a job was requested. */
export function embeddingValuesOf(job: JobView): Record<string, string | number> {
  const { spec } = job;
  const own = adapterValuesOf(job);
  return spec?.kind === "embedding-finetune" ? { ...own, maxLength: spec.maxLength } : own;
}
