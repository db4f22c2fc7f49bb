import type { ChainEvent, SlotRow } from "@trainchain/db/follow";
import { changeJob, type JobState, subjectOf, weiOf } from "../handlers/job-state.ts";

/*
 * The predecessor's contract has no deadlines, bonds, fees or minimum; what it lacks is stored as zero or null.
 */

export function createLegacyJob(
  state: JobState,
  event: ChainEvent,
  kind: "llm-finetune" | "image-classification",
  maxContributors: number,
): JobState {
  const { escrow, jobId } = subjectOf(event);
  return {
    ...state,
    job: {
      escrow,
      jobId,
      kind,
      requester: String(event.args.requester),
      specCid: null,
      minContributors: maxContributors,
      maxContributors,
      acceptBy: null,
      trainingPeriodSeconds: 0,
      reviewPeriodSeconds: 0,
      bondWei: 0n,
      stakeWei: weiOf(event.args.stakeWei),
      feeBps: 0,
      aggregator: escrow,
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
}

/** Fills a slot; there a wallet may take the same job again after it failed. */
export function takeLegacySlot(state: JobState, event: ChainEvent, slot: number): JobState {
  const subject = subjectOf(event);
  const taken: SlotRow = {
    ...subject,
    slot,
    delegate: subject.contributor,
    status: "accepted",
    deadline: null,
    acceptedAt: event.minedAt,
    forfeitedWei: null,
    paidWei: null,
  };
  const others = state.slots.filter(({ contributor }) => contributor !== subject.contributor);
  return { ...state, slots: [...others, taken] };
}

export function closeLegacyJob(
  state: JobState,
  event: ChainEvent,
  status: "completed" | "cancelled" | "expired",
): JobState {
  const resultCid = event.args.resultCid === undefined ? null : String(event.args.resultCid);
  return changeJob(state, { status, resultCid, closedAt: event.minedAt });
}
