import type { SlotStatus } from "./job-states.ts";

/** The facts of an open job that decide what may happen to it next. Times are seconds since 1970. */
export interface OpenJob {
  minContributors: number;
  maxContributors: number;
  acceptBy: number;
  reviewPeriodSeconds: number;
  slots: readonly { contributor: string; status: SlotStatus; deadline: number }[];
}

type Moment = Date | string | null;

/** The same facts of a job's row in the database, or of its view; a moment that is not known counts as long past. */
export function openJobOf(
  job: Omit<OpenJob, "acceptBy" | "slots"> & { acceptBy: Moment },
  slots: readonly { contributor: string; status: SlotStatus; deadline: Moment }[],
): OpenJob {
  const { minContributors, maxContributors, reviewPeriodSeconds } = job;
  return {
    ...{ minContributors, maxContributors, reviewPeriodSeconds },
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

  const submitted = job.slots.filter((slot) => slot.status === "submitted").length;
  const free = job.maxContributors - submitted - live.length;
  const mayFill = free > 0 && now < job.acceptBy;
  if (live.length > 0) return { move: "wait", until: Math.min(...live.map((slot) => slot.deadline)) + 1 };
  if (mayFill) return { move: "wait", until: job.acceptBy };
  return submitted >= job.minContributors ? { move: "completeJob" } : { move: "expireJob" };
}
