import type { DraftRecord } from "@trainchain/db/market";
import { createLlmFinetuneSchema, type DraftView, jobKinds } from "@trainchain/protocol";
import type { Platform } from "../deps.ts";

/** A draft as its requester sees it; acceptBy of the terms counts from `now`, the chain's. */
export function toDraftView(draft: DraftRecord, platform: Platform, now: Date): DraftView {
  const request = createLlmFinetuneSchema.parse(draft.request);
  const ready = draft.status === "ready" || draft.status === "listed";
  return {
    id: draft.id,
    kind: draft.kind,
    status: draft.status,
    report: draft.report,
    error: draft.error,
    spec: draft.spec,
    terms:
      ready && draft.specCid
        ? {
            kind: jobKinds.indexOf(draft.kind),
            minContributors: request.minContributors ?? request.contributors,
            maxContributors: request.contributors,
            acceptBy: Math.floor(now.getTime() / 1000) + request.acceptWithinSeconds,
            trainingPeriod: request.trainingPeriodSeconds,
            reviewPeriod: request.reviewPeriodSeconds,
            bondWei: request.bondWei.toString(),
            aggregator: platform.aggregator,
            specCid: draft.specCid,
          }
        : null,
    stakeWei: request.rewardWei.toString(),
    jobId: draft.jobId?.toString() ?? null,
    createdAt: draft.createdAt.toISOString(),
  };
}
