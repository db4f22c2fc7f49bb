import type { ApiClient } from "@trainchain/api-client";
import type { JobKind } from "@trainchain/protocol";

/** What is submitted, as the slot's delegate signed it. */
export interface SignedDelivery {
  jobId: string;
  contributor: string;
  /** Of the sealed file. */
  adapterCid: string;
  signature: string;
}

/** The platform's door for what each kind of job delivers. */
export const handIn: Record<JobKind, (api: ApiClient, delivery: SignedDelivery) => Promise<unknown>> = {
  "llm-finetune": (api, delivery) => api.submitAdapter(delivery),
  "image-classification": (api, { adapterCid: modelCid, ...delivery }) =>
    api.completeImageJob({ ...delivery, modelCid }),
  "embedding-finetune": (api, delivery) => api.submitAdapter(delivery),
};
