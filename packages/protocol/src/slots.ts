import type { SlotStatus } from "./job-states.ts";

interface Slot {
  status: SlotStatus;
}

/** Whether a slot is held: its contributor trains, or has delivered. A refused or released one is free again. */
export function isTaken({ status }: Slot): boolean {
  return status === "accepted" || status === "submitted";
}

/** Slots of a job that nobody holds, whether or not there is still time to take one. */
export function freeSlots(job: { terms: { maxContributors: number }; slots: readonly Slot[] }): number {
  return Math.max(0, job.terms.maxContributors - job.slots.filter(isTaken).length);
}

/** Whether a job takes nobody any more, because its requester ends it with the minimum, and that is delivered. */
export function isEndingEarly(job: {
  finishesEarly: boolean;
  terms: { minContributors: number };
  slots: readonly Slot[];
}): boolean {
  const delivered = job.slots.filter(({ status }) => status === "submitted").length;
  return job.finishesEarly && delivered >= job.terms.minContributors;
}
