import { kindOfNumber, nobody } from "@trainchain/protocol";
import { type Handler, momentOf, weiOf } from "./job-state.ts";
import { openJob } from "./open-job.ts";

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
  /** Of the escrow's second version alone. */
  bondBps?: number;
  referee?: string;
  permitOnly?: boolean;
}

/** A requester has fixed the terms and staked the reward. */
export const onJobCreated: Handler = (state, event) => {
  const terms = event.args.terms as Terms;
  const job = openJob(event, {
    kind: kindOfNumber(terms.kind),
    specCid: terms.specCid,
    minContributors: terms.minContributors,
    maxContributors: terms.maxContributors,
    acceptBy: momentOf(terms.acceptBy),
    trainingPeriodSeconds: terms.trainingPeriod,
    reviewPeriodSeconds: terms.reviewPeriod,
    bondWei: weiOf(terms.bondWei),
    feeBps: Number(event.args.feeBps),
    aggregator: terms.aggregator,
    bondBps: terms.bondBps ?? null,
    referee: terms.referee === undefined || terms.referee === nobody ? null : terms.referee,
    permitOnly: terms.permitOnly ?? false,
  });
  return { ...state, job };
};
