import type { ChainEvent, JobRow, JobRows, SlotRow, SubmissionRow } from "@trainchain/db/follow";
import { isDelivered, isTaken } from "@trainchain/protocol";

/** What a job's events have come to so far. A handler gives the next state; nothing but the event enters it. */
export interface JobState {
  job: JobRow | undefined;
  slots: readonly SlotRow[];
  submissions: readonly SubmissionRow[];
}

export type Handler = (state: JobState, event: ChainEvent) => JobState;

const nothingYet: JobState = { job: undefined, slots: [], submissions: [] };

/** The rows of one job from all of its events in order; undefined where its creation is not among them. */
export function replayJob(
  handlers: Readonly<Record<string, Handler>>,
  events: readonly ChainEvent[],
): JobRows | undefined {
  const { job, slots, submissions } = events.reduce(
    (state, event) => handlers[event.name]?.(state, event) ?? state,
    nothingYet,
  );
  if (!job) return undefined;
  return {
    job: {
      ...job,
      slotsTaken: slots.filter(isTaken).length,
      slotsSubmitted: slots.filter(isDelivered).length,
    },
    slots: [...slots],
    submissions: [...submissions],
  };
}

/** Which job and, where it names one, which contributor an event is about. */
export function subjectOf({ escrow, jobId, args }: ChainEvent) {
  if (jobId === null) throw new Error("an event of no job has no place in a job's history");
  return { escrow, jobId, contributor: String(args.contributor) };
}

/** Changes the job row, if the job is known. */
export function changeJob(state: JobState, change: Partial<JobRow>): JobState {
  return state.job ? { ...state, job: { ...state.job, ...change } } : state;
}

export function changeSlot(state: JobState, contributor: string, change: Partial<SlotRow>): JobState {
  const slots = state.slots.map((slot) => (slot.contributor === contributor ? { ...slot, ...change } : slot));
  return { ...state, slots };
}

export function changeSubmission(
  state: JobState,
  contributor: string,
  change: Partial<SubmissionRow>,
): JobState {
  const submissions = state.submissions.map((submission) =>
    submission.contributor === contributor ? { ...submission, ...change } : submission,
  );
  return { ...state, submissions };
}

/** Seconds since 1970, as the contract gives them, as a moment. */
export function momentOf(seconds: unknown): Date {
  return new Date(Number(seconds) * 1000);
}

/** An amount as stored in an event. */
export function weiOf(amount: unknown): bigint {
  return BigInt(String(amount));
}
