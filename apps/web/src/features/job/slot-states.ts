import type { SlotStatus } from "@trainchain/protocol";
import type { Tone } from "@trainchain/ui";

/** Where a contributor's slot of a job is, in a word or two. */
export const slotStates: Record<SlotStatus, { text: string; tone: Tone }> = {
  none: { text: "Free", tone: "neutral" },
  accepted: { text: "Training", tone: "info" },
  submitted: { text: "Delivered", tone: "positive" },
  rejected: { text: "Refused", tone: "danger" },
  released: { text: "Deadline missed", tone: "warning" },
};

/** Of the jobs that have ended for a contributor, the share that it completed. */
export function formatCompletionRate(rate: number | null): string {
  return rate === null ? "none yet" : `${Math.round(rate * 100)} %`;
}
