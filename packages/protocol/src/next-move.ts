import type { SlotStatus } from "./job-states.ts";
import { nobody } from "./primitives.ts";
import { isContested, isDelivered, wasDelivered } from "./slots.ts";

/** The facts of an open job that decide what may happen to it next. Times are seconds since 1970. */
export interface OpenJob {
  minContributors: number;
  maxContributors: number;
  acceptBy: number;
  reviewPeriodSeconds: number;
  /** Whether its requester takes as many deliveries as the minimum rather than wait for others to join. */
  finishesEarly: boolean;
  /** Until `deadline` a slot's holder may deliver, or a refusal be appealed, or ruled on. */
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
  | { move: "releaseSlot" | "enforceRejection"; contributor: string }
  | { move: "completeJob" }
  | { move: "expireJob" }
  | { move: "wait"; until: number | undefined };

/**
 * The next move of an open job, as the escrow's rules allow it at `now`.
 * Waiting has no end time only while nothing but an acceptance can change the job before acceptBy.
 */
export function nextMove(job: OpenJob, now: number): NextMove {
  const live = job.slots.filter((slot) => slot.status === "accepted");
  const contested = job.slots.filter(isContested);
  const overdue = [...live, ...contested].find((slot) => slot.deadline < now);
  if (overdue) {
    const move = isContested(overdue) ? "enforceRejection" : "releaseSlot";
    return { move, contributor: overdue.contributor };
  }

  if (live.length > 0) return waitFor([...live, ...contested]);
  const delivered = countDelivered(job);
  const isEnough = delivered >= job.minContributors;
  if (mayFill(job, now) && !(isEnough && job.finishesEarly))
    return waitFor([...contested, { deadline: job.acceptBy - 1 }]);
  if (isEnough) return { move: "completeJob" };
  // Refusals that may be overturned hold up the end of a job that needs their deliveries, and of no other.
  const mayReach = delivered + contested.length >= job.minContributors;
  return mayReach ? waitFor(contested) : { move: "expireJob" };
}

/** The same of a job that has ended: refusals that have not taken effect go on to their own end. */
export function nextMoveAfterEnd({ slots }: Pick<OpenJob, "slots">, now: number): NextMove {
  const contested = slots.filter(isContested);
  const due = contested.find(({ deadline }) => deadline < now);
  if (due) return { move: "enforceRejection", contributor: due.contributor };
  return contested.length > 0 ? waitFor(contested) : { move: "wait", until: undefined };
}

/** Until the first of these deadlines has passed. */
function waitFor(slots: readonly { deadline: number }[]): NextMove {
  return { move: "wait", until: Math.min(...slots.map(({ deadline }) => deadline)) + 1 };
}

/**
 * Whether an open job waits for nothing but refusals that may be overturned. What is in is judged then, deliveries
 * compared: the rulings may come after the last moment at which the escrow takes a refusal.
 */
export function awaitsRulings(job: OpenJob, now: number): boolean {
  const isTraining = job.slots.some(({ status }) => status === "accepted");
  return nextMove(job, now).move === "wait" && !isTraining && !mayFill(job, now);
}

/** Whether somebody may still take a slot. */
function mayFill({ slots, maxContributors, acceptBy }: OpenJob, now: number): boolean {
  return slots.filter(wasDelivered).length < maxContributors && now < acceptBy;
}

/** Whether an open job has enough deliveries, and nothing but its requester's word to end it now is missing. */
export function mayFinishEarly(job: OpenJob, now: number): boolean {
  const waits = nextMove(job, now).move === "wait" && !job.slots.some(({ status }) => status === "accepted");
  return waits && !job.finishesEarly && countDelivered(job) >= job.minContributors;
}

function countDelivered({ slots }: OpenJob): number {
  return slots.filter(isDelivered).length;
}

/**
 * From when the escrow takes no refusal of a job's deliveries any more, in seconds since 1970: its last review is over.
 * Its first version, whose terms name no `bondBps`, takes them for as long as the job is open.
 */
export function rejectBy(job: Periods & { bondBps: number | null }): number {
  return job.bondBps !== null && job.acceptBy ? lastReviewEnds(job) : Number.POSITIVE_INFINITY;
}

/** The last contributor joins before `acceptBy` and delivers within the training period; then the review period runs. */
function lastReviewEnds({ acceptBy, trainingPeriodSeconds, reviewPeriodSeconds }: Periods): number {
  return secondsOf(acceptBy) + trainingPeriodSeconds + reviewPeriodSeconds;
}

interface Periods {
  acceptBy: Moment;
  trainingPeriodSeconds: number;
  reviewPeriodSeconds: number;
}

/** The escrow's days for an appeal and for a ruling on it, together. */
const appealSeconds = 4 * 86_400;

/**
 * When anybody may have every delivery of a job paid, whatever its platform does (`settleJob` in AIModelTrainingV2.sol):
 * once its last review is over. A refusal of that last moment, which a referee overturns in its last, opens the review
 * again for a job whose minimum needs it. Null where `acceptBy` is not known.
 */
export function latestPayment(terms: Periods & { referee?: string | null | undefined }): Date | null {
  if (!terms.acceptBy) return null;
  const hasReferee = (terms.referee ?? nobody) !== nobody;
  const rulings = hasReferee ? appealSeconds + terms.reviewPeriodSeconds : 0;
  return new Date((lastReviewEnds(terms) + rulings) * 1_000);
}
