import type { ChainEvent, JobRow } from "@trainchain/db/follow";
import { subjectOf, weiOf } from "./job-state.ts";

type Terms = Pick<
  JobRow,
  | "kind"
  | "specCid"
  | "minContributors"
  | "maxContributors"
  | "acceptBy"
  | "trainingPeriodSeconds"
  | "reviewPeriodSeconds"
  | "bondWei"
  | "feeBps"
  | "aggregator"
  | "bondBps"
  | "referee"
  | "permitOnly"
>;

/** The row of a job that has just been created with these terms: open, staked, nobody in it. */
export function openJob(event: ChainEvent, terms: Terms): JobRow {
  const { escrow, jobId } = subjectOf(event);
  return {
    ...terms,
    escrow,
    jobId,
    requester: String(event.args.requester),
    stakeWei: weiOf(event.args.stakeWei),
    status: "open",
    slotsTaken: 0,
    slotsSubmitted: 0,
    resultCid: null,
    refundWei: null,
    feeWei: null,
    createdAt: event.minedAt,
    closedAt: null,
  };
}
