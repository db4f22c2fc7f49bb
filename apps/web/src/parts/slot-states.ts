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
