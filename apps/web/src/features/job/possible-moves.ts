import { type JobView, nextMove } from "@trainchain/protocol";

/** A move on the escrow that a person may make from the job's page. */
export type PossibleMove = "cancelJob" | "releaseSlot" | "settleJob" | "expireJob";

/** What the escrow would allow now; the contract decides when it is tried. */
export function possibleMoves(job: JobView, isRequester: boolean, now: number): PossibleMove[] {
  if (job.status !== "open" || !job.terms.acceptBy) return [];
  const taken = job.slots.some(({ status }) => status === "accepted" || status === "submitted");
  if (!taken && isRequester) return ["cancelJob"];
  const next = nextMove(
    {
      minContributors: job.terms.minContributors,
      maxContributors: job.terms.maxContributors,
      acceptBy: toSeconds(job.terms.acceptBy),
      reviewPeriodSeconds: job.terms.reviewPeriodSeconds,
      slots: job.slots.map(({ contributor, status, deadline }) => ({
        contributor,
        status,
        deadline: deadline ? toSeconds(deadline) : 0,
      })),
    },
    now,
  );
  if (next.move === "releaseSlot" || next.move === "expireJob") return [next.move];
  // While the aggregator still has time, the next step has an end.
  return next.move === "completeJob" && job.nextStep.until === null ? ["settleJob"] : [];
}

const toSeconds = (moment: string) => Math.floor(Date.parse(moment) / 1_000);
