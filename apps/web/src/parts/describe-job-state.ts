import type { JobView, StateWords } from "@trainchain/protocol";

/** Whether somebody may still take a slot, where one is free. */
export function mayJoin({ status, terms }: Pick<JobView, "status" | "terms">, now = Date.now()): boolean {
  return status === "open" && terms.acceptBy !== null && Date.parse(terms.acceptBy) > now;
}

/** Where a job is, in a word or two. */
export function describeJobState(job: Pick<JobView, "status" | "slots" | "terms">): StateWords {
  const { status, slots, terms } = job;
  if (status === "completed") return { text: "Completed", tone: "positive" };
  if (status === "settled") return { text: "Settled", tone: "warning" };
  if (status === "expired") return { text: "Expired", tone: "danger" };
  if (status === "cancelled") return { text: "Cancelled", tone: "neutral" };
  const working = slots.filter((slot) => slot.status === "accepted").length;
  const delivered = slots.filter((slot) => slot.status === "submitted").length;
  if (delivered >= terms.maxContributors) return { text: "Verifying and merging", tone: "info" };
  if (working > 0) return { text: "Training", tone: "info" };
  if (mayJoin(job)) return { text: "Waiting for contributors", tone: "neutral" };
  return delivered >= terms.minContributors
    ? { text: "Verifying and merging", tone: "info" }
    : { text: "Too few contributors", tone: "warning" };
}
