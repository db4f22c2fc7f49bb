import type { ContributionView } from "@trainchain/protocol";
import type { Tone } from "@trainchain/ui";

/** What became of a slot, in a word or two. */
export function describeContribution({ status, jobStatus, paidWei }: ContributionView): {
  text: string;
  tone: Tone;
} {
  if (paidWei) return { text: "Paid", tone: "positive" };
  if (status === "rejected") return { text: "Refused", tone: "danger" };
  if (status === "released") return { text: "Deadline missed", tone: "warning" };
  if (status === "submitted") {
    return jobStatus === "open"
      ? { text: "Delivered, being verified", tone: "info" }
      : { text: "Delivered", tone: "neutral" };
  }
  return jobStatus === "open"
    ? { text: "Training", tone: "info" }
    : { text: "Not delivered", tone: "neutral" };
}
