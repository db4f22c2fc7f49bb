import type { SlotStatus } from "./job-states.ts";

interface Slot {
  status: SlotStatus;
}

/**
 * Whether a slot is held: its contributor trains, or has delivered. One that was released is free again, and so is a
 * refused one once its refusal has taken effect.
 */
export function isTaken(slot: Slot): boolean {
  return slot.status === "accepted" || wasDelivered(slot);
}

/** Whether something was delivered for a slot that is held, whatever the verdict will be. */
export function wasDelivered(slot: Slot): boolean {
  return isDelivered(slot) || isContested(slot);
}

/** Whether a slot's delivery counts: it was not refused, or the referee overturned that. */
export function isDelivered({ status }: Slot): boolean {
  return status === "submitted" || status === "reinstated";
}

/** Whether a slot's delivery is refused and that has not taken effect: it may be appealed, or waits for the ruling. */
export function isContested({ status }: Slot): boolean {
  return status === "rejection-pending" || status === "rejection-appealed";
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
  const delivered = job.slots.filter(isDelivered).length;
  return job.finishesEarly && delivered >= job.terms.minContributors;
}
