import type { ChainEvent, SlotRow } from "@trainchain/db/follow";
import { type JobKind, jobKinds } from "@trainchain/protocol";
import { changeJob, type JobState, subjectOf } from "../handlers/job-state.ts";
import { openJob } from "../handlers/open-job.ts";

/*
 * The predecessor's contract has no deadlines, bonds, fees or minimum; what it lacks is stored as zero or null.
 */

const [federated, single] = jobKinds;

/** What the two kinds of its jobs are now: several contributors fine-tuned, one trained a classifier. */
export const legacyKinds = { federated, single };

export function createLegacyJob(
  state: JobState,
  event: ChainEvent,
  kind: JobKind,
  maxContributors: number,
): JobState {
  const job = openJob(event, {
    kind,
    specCid: null,
    minContributors: maxContributors,
    maxContributors,
    acceptBy: null,
    trainingPeriodSeconds: 0,
    reviewPeriodSeconds: 0,
    bondWei: 0n,
    feeBps: 0,
    aggregator: event.escrow,
    permitOnly: false,
  });
  return { ...state, job };
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
