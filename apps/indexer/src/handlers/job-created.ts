import { jobKinds } from "@trainchain/protocol";
import { type Handler, momentOf, subjectOf, weiOf } from "./job-state.ts";

interface Terms {
  kind: number;
  minContributors: number;
  maxContributors: number;
  acceptBy: number;
  trainingPeriod: number;
  reviewPeriod: number;
  bondWei: string;
  aggregator: string;
  specCid: string;
}

/** A requester has fixed the terms and staked the reward. */
export const onJobCreated: Handler = (state, event) => {
  const { escrow, jobId } = subjectOf(event);
  const terms = event.args.terms as Terms;
  return {
    ...state,
    job: {
      escrow,
      jobId,
      kind: jobKinds[terms.kind] ?? "llm-finetune",
      requester: String(event.args.requester),
      specCid: terms.specCid,
      minContributors: terms.minContributors,
      maxContributors: terms.maxContributors,
      acceptBy: momentOf(terms.acceptBy),
      trainingPeriodSeconds: terms.trainingPeriod,
      reviewPeriodSeconds: terms.reviewPeriod,
      bondWei: weiOf(terms.bondWei),
      stakeWei: weiOf(event.args.stakeWei),
      feeBps: Number(event.args.feeBps),
      aggregator: terms.aggregator,
      status: "open",
      slotsTaken: 0,
      slotsSubmitted: 0,
      resultCid: null,
      refundWei: null,
      feeWei: null,
      createdAt: event.minedAt,
      closedAt: null,
    },
  };
};
