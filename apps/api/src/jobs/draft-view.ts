import type { DraftRecord } from "@trainchain/db/market";
import {
  createImageClassificationSchema,
  createLlmFinetuneSchema,
  type DraftView,
  jobKinds,
} from "@trainchain/protocol";
import type { Platform } from "../deps.ts";

/** A draft as its requester sees it; acceptBy of the terms counts from `now`, the chain's. */
export function toDraftView(draft: DraftRecord, platform: Platform, now: Date): DraftView {
  const request = requestOf(draft);
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
            minContributors: request.minContributors,
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

/** What terms are made of; an image job has one slot. */
function requestOf({ kind, request }: DraftRecord) {
  if (kind === "image-classification")
    return { ...createImageClassificationSchema.parse(request), contributors: 1, minContributors: 1 };
  const parsed = createLlmFinetuneSchema.parse(request);
  return { ...parsed, minContributors: parsed.minContributors ?? parsed.contributors };
}
