import type { SlotStatus } from "./job-states.ts";

/** The facts of an open job that decide what may happen to it next. Times are seconds since 1970. */
export interface OpenJob {
  minContributors: number;
  maxContributors: number;
  acceptBy: number;
  reviewPeriodSeconds: number;
  /** Whether its requester takes as many deliveries as the minimum rather than wait for others to join. */
  finishesEarly: boolean;
  slots: readonly { contributor: string; status: SlotStatus; deadline: number }[];
}

type Moment = Date | string | null;

/** The same facts of a job's row in the database, or of its view; a moment that is not known counts as long past. */
export function openJobOf(
  job: Omit<OpenJob, "acceptBy" | "slots"> & { acceptBy: Moment },
  slots: readonly { contributor: string; status: SlotStatus; deadline: Moment }[],
): OpenJob {
  const { minContributors, maxContributors, reviewPeriodSeconds, finishesEarly } = job;
  return {
    ...{ minContributors, maxContributors, reviewPeriodSeconds, finishesEarly },
    acceptBy: secondsOf(job.acceptBy),
    slots: slots.map(({ contributor, status, deadline }) => ({
      ...{ contributor, status },
      deadline: secondsOf(deadline),
    })),
  };
}

function secondsOf(moment: Moment): number {
  return moment ? Math.floor(new Date(moment).getTime() / 1_000) : 0;
}

/** One move that the escrow allows now, or the time at which to look again. */
export type NextMove =
  | { move: "releaseSlot"; contributor: string }
  | { move: "completeJob" }
  | { move: "expireJob" }
  | { move: "wait"; until: number | undefined };

/**
 * The next move of an open job, as the escrow's rules allow it at `now`.
 * Waiting has no end time only while nothing but an acceptance can change the job before acceptBy.
 */
export function nextMove(job: OpenJob, now: number): NextMove {
  const live = job.slots.filter((slot) => slot.status === "accepted");
  const overdue = live.find((slot) => slot.deadline < now);
  if (overdue) return { move: "releaseSlot", contributor: overdue.contributor };

  if (live.length > 0) return { move: "wait", until: Math.min(...live.map((slot) => slot.deadline)) + 1 };
  const submitted = countSubmitted(job);
  const isEnough = submitted >= job.minContributors;
  const mayFill = submitted < job.maxContributors && now < job.acceptBy;
  if (mayFill && !(isEnough && job.finishesEarly)) return { move: "wait", until: job.acceptBy };
  return isEnough ? { move: "completeJob" } : { move: "expireJob" };
}

/** Whether an open job has enough deliveries, and nothing but its requester's word to end it now is missing. */
export function mayFinishEarly(job: OpenJob, now: number): boolean {
  const waits = nextMove(job, now).move === "wait" && !job.slots.some(({ status }) => status === "accepted");
  return waits && !job.finishesEarly && countSubmitted(job) >= job.minContributors;
}

function countSubmitted({ slots }: OpenJob): number {
  return slots.filter(({ status }) => status === "submitted").length;
}

/**
 * When anybody may have every delivery of a job paid, whatever its platform does: the last contributor joins before
 * `acceptBy` and delivers within the training period, and then the review period runs (`settleJob` in
 * AIModelTraining.sol). Null where `acceptBy` is not known.
 */
export function latestPayment(terms: {
  acceptBy: Moment;
  trainingPeriodSeconds: number;
  reviewPeriodSeconds: number;
}): Date | null {
  if (!terms.acceptBy) return null;
  const seconds = terms.trainingPeriodSeconds + terms.reviewPeriodSeconds;
  return new Date((secondsOf(terms.acceptBy) + seconds) * 1_000);
}
