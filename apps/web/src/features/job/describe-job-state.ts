import type { JobView } from "@trainchain/protocol";
import type { Tone } from "@trainchain/ui";

/** Where a job is, in a word or two. */
export function describeJobState({ status, slots, terms }: Pick<JobView, "status" | "slots" | "terms">): {
  text: string;
  tone: Tone;
} {
  if (status === "completed") return { text: "Completed", tone: "positive" };
  if (status === "settled") return { text: "Settled", tone: "warning" };
  if (status === "expired") return { text: "Expired", tone: "danger" };
  if (status === "cancelled") return { text: "Cancelled", tone: "neutral" };
  const working = slots.filter((slot) => slot.status === "accepted").length;
  const delivered = slots.filter((slot) => slot.status === "submitted").length;
  if (delivered >= terms.maxContributors) return { text: "Verifying and merging", tone: "info" };
  if (working > 0) return { text: "Training", tone: "info" };
  return { text: "Waiting for contributors", tone: "neutral" };
}
