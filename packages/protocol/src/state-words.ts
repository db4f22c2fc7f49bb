import type { JobStatus, SlotStatus } from "./job-states.ts";
import { isDelivered } from "./slots.ts";
import type { ContributionView } from "./views/contributor-view.ts";

/** A state in a word or two, and how it looks. */
export interface StateWords {
  text: string;
  tone: "positive" | "info" | "warning" | "danger" | "neutral";
}

const slotWords: Record<SlotStatus, StateWords> = {
  none: { text: "Free", tone: "neutral" },
  accepted: { text: "Training", tone: "info" },
  submitted: { text: "Delivered", tone: "positive" },
  rejected: { text: "Refused", tone: "danger" },
  released: { text: "Deadline missed", tone: "warning" },
  "rejection-pending": { text: "Refused for now", tone: "danger" },
  "rejection-appealed": { text: "Appealed", tone: "warning" },
  reinstated: { text: "Reinstated", tone: "positive" },
};

/** Where a slot of a job is. The chain leaves a delivery "submitted" for ever: that its job has ended says that it is paid. */
export function describeSlot(slot: { status: SlotStatus }, jobStatus: JobStatus): StateWords {
  const { status } = slot;
  if (jobStatus === "open") return slotWords[status];
  if (isDelivered(slot)) return { text: "Paid", tone: "positive" };
  return status === "accepted" ? { text: "Not delivered", tone: "neutral" } : slotWords[status];
}

/** What became of a slot that a contributor took, and why in a sentence. */
export function describeContribution({
  status,
  jobStatus,
  relayError,
  paidWei,
}: Pick<ContributionView, "status" | "jobStatus" | "relayError" | "paidWei">): StateWords & { why: string } {
  const words = describeSlot({ status }, jobStatus);
  if (status === "released")
    return { ...words, why: "The deadline passed without a delivery; the bond is lost." };
  if (status === "rejected") return { ...words, why: "The delivery did not pass the checks." };
  if (status === "rejection-pending")
    return {
      ...words,
      why: "The delivery did not pass the checks. Until the deadline it may be appealed: trainchain job appeal JOB.",
    };
  if (status === "rejection-appealed")
    return {
      ...words,
      why: "The job's referee decides. A refusal that it leaves undecided stands, and burns nothing.",
    };
  if (relayError && status === "accepted")
    return {
      ...{ text: "Not on chain", tone: "danger" },
      why: [relayError.message, relayError.fix].filter(Boolean).join(" "),
    };
  if (jobStatus === "open")
    return status === "accepted"
      ? { ...words, why: "Paid once delivered, verified and the job is complete." }
      : { ...words, tone: "info", why: "Waits for the other slots to deliver or run out of time." };
  const why = `The job is ${jobStatus}.`;
  // The index tells of a job's end before it has all of its payments.
  const isUnpaid = isDelivered({ status }) && (paidWei === null || paidWei === "0");
  return isUnpaid ? { text: "Delivered", tone: "neutral", why } : { ...words, why };
}
