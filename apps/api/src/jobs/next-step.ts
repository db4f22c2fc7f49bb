import {
  awaitsRulings,
  isContested,
  isDelivered,
  isKnownKind,
  kindWords,
  type ListedJob,
  mayFinishEarly,
  nextMove,
  openJobOf,
  seriesOf,
} from "@trainchain/protocol";
import type { JobWithSlots } from "./job-record.ts";

const ends = {
  none: "The job does not exist.",
  completed: "The result is accepted and every accepted delivery is paid.",
  settled: "The review period passed in silence: every delivery that was not rejected is paid.",
  expired:
    "The minimum could not be reached: what was delivered is paid, the rest went back to the requester.",
  cancelled: "The requester cancelled the job; the whole stake went back.",
} as const;

/** What happens next with a job, in words, and by when at the latest. */
export function describeNextStep({ job, slots, now }: JobWithSlots): ListedJob["nextStep"] {
  if (job.status !== "open")
    return { text: `${ends[job.status]}${describePaid(job, slots)}${describeNextRound(job)}`, until: null };
  if (!job.own) return { text: describeForeign(job), until: null };
  const [open, seconds] = [openJobOf(job, slots), Math.floor(now.getTime() / 1000)];
  const next = nextMove(open, seconds);
  const training = slots.filter(({ status }) => status === "accepted").length;
  const delivered = slots.filter(isDelivered).length;
  const contested = slots.filter(isContested).length;
  const until = next.move === "wait" && next.until ? new Date(next.until * 1000).toISOString() : null;
  switch (next.move) {
    case "releaseSlot":
      return { text: "A contributor missed its deadline; its slot will be released.", until: null };
    case "enforceRejection":
      return { text: "A refusal was not appealed, or not ruled on in time: it takes effect.", until: null };
    case "completeJob": {
      const reviewEnds = reviewEndsAt({ job, slots, now });
      return now < reviewEnds
        ? {
            text: `${isKnownKind(job.kind) ? kindWords[job.kind].conclusion : "All deliveries are in."}${contested > 0 ? unmerged : ""}`,
            until: reviewEnds.toISOString(),
          }
        : {
            text: "The aggregator was silent for the whole review period: anybody may settle the job.",
            until: null,
          };
    }
    case "expireJob": {
      const reviewEnds = reviewEndsAt({ job, slots, now });
      return delivered > 0 && now < reviewEnds
        ? {
            text: "The minimum can no longer be reached: what was delivered is verified, then the job will expire.",
            until: reviewEnds.toISOString(),
          }
        : { text: "The minimum can no longer be reached; the job will expire.", until: null };
    }
    case "wait": {
      const refused = contested > 0 ? ` ${contested} refused and may be appealed,` : "";
      const counts = `${delivered} delivered, ${training} training,${refused} of ${job.maxContributors}`;
      if (awaitsRulings(open, seconds)) return { text: `${awaited} ${counts}.`, until };
      return training > 0
        ? { text: `Training goes on: ${counts}.`, until }
        : { text: `Waiting for contributors: ${counts}.${describeEarlyFinish({ job, slots, now })}`, until };
    }
  }
}

/** Why the platform does nothing for an open job. */
function describeForeign({ spec }: JobWithSlots["job"]): string {
  const why = spec
    ? "It was prepared here, but stakes less for a slot than was asked for, names another aggregator, or came after its data was removed."
    : "It was not prepared here.";
  return `${why} This platform lists it nowhere, hands out no data for it, and neither sends nor judges anything for it.`;
}

const awaited =
  "The minimum needs a delivery that was refused: the job waits until that takes effect, or its referee overturns it.";
const unmerged = " A refusal that its referee overturns is paid too, and is no part of the result.";

/** What a requester has of a job that ended without a result. */
function describePaid(job: JobWithSlots["job"], slots: JobWithSlots["slots"]): string {
  if (!job.own || job.resultCid || !slots.some(isDelivered)) return "";
  return ` There is no result; its requester may download what was delivered (trainchain job download ${job.jobId}).`;
}

/** That the requester need not wait, or that it no longer does. */
function describeEarlyFinish({ job, slots, now }: JobWithSlots): string {
  if (job.finishesEarly) return " It ends as soon as its minimum is delivered and verified.";
  return mayFinishEarly(openJobOf(job, slots), Math.floor(now.getTime() / 1000))
    ? " That is enough: its requester may end it now with what is delivered."
    : "";
}

/** What becomes of the rounds that a closed job's request still has; empty for a job of one round. */
function describeNextRound({ jobId, spec, next }: JobWithSlots["job"]): string {
  const series = spec ? seriesOf(spec) : undefined;
  if (!series || series.round === series.rounds) return "";
  const { round, rounds } = series;
  if (next?.jobId) return ` Round ${round + 1} of ${rounds} is job ${next.jobId}.`;
  if (next?.draftId)
    return ` Its requester may pay for round ${round + 1} of ${rounds} (trainchain job continue ${jobId}), or stop with this result.`;
  return next?.mayCome
    ? ` Round ${round + 1} of ${rounds} is being prepared.`
    : ` The other rounds do not take place.`;
}

/**
 * When anybody may settle a job that nobody can still deliver to: a review period after the last delivery, or the last
 * ruling that overturned a refusal, and, while a delivery is wanting, after acceptBy (`settleJob` in AIModelTrainingV2.sol).
 */
function reviewEndsAt({ job, slots }: JobWithSlots): Date {
  const deliveries = slots.filter(isDelivered);
  const mayWait = deliveries.length < job.maxContributors;
  const moments = [
    ...deliveries.map((slot) => slot.reinstatedAt ?? slot.submittedAt),
    mayWait ? job.acceptBy : null,
  ];
  const completableFrom = Math.max(...moments.map(toSeconds));
  return new Date((completableFrom + job.reviewPeriodSeconds) * 1000);
}

function toSeconds(moment: Date | null): number {
  return moment ? Math.floor(moment.getTime() / 1000) : 0;
}
