import { isDelivered, isEndingEarly, type JobView, type StateWords } from "@trainchain/protocol";

type Job = Pick<JobView, "status" | "slots" | "terms" | "finishesEarly">;

/** Whether somebody may still take a slot, where one is free. */
export function mayJoin(job: Job, now = Date.now()): boolean {
  const { acceptBy } = job.terms;
  return job.status === "open" && acceptBy !== null && Date.parse(acceptBy) > now && !isEndingEarly(job);
}

/** Where a job is, in a word or two. */
export function describeJobState(job: Job): StateWords {
  const { status, slots, terms } = job;
  if (status === "completed") return { text: "Completed", tone: "positive" };
  if (status === "settled") return { text: "Settled", tone: "warning" };
  if (status === "expired") return { text: "Expired", tone: "danger" };
  if (status === "cancelled") return { text: "Cancelled", tone: "neutral" };
  const working = slots.filter((slot) => slot.status === "accepted").length;
  const delivered = slots.filter(isDelivered).length;
  if (delivered >= terms.maxContributors) return { text: "Verifying and merging", tone: "info" };
  if (working > 0) return { text: "Training", tone: "info" };
  if (mayJoin(job)) return { text: "Waiting for contributors", tone: "neutral" };
  return delivered >= terms.minContributors
    ? { text: "Verifying and merging", tone: "info" }
    : { text: "Too few contributors", tone: "warning" };
}
