import { changeJob, changeSlot, type Handler, subjectOf, weiOf } from "./job-state.ts";

/** A refusal has taken effect. A job that had ended still held the delivery's share, which goes back to the requester. */
export const onRejectionEnforced: Handler = (state, event) => {
  const burntWei = weiOf(event.args.burntWei);
  const slot = { status: "rejected" as const, ...(burntWei > 0n ? { forfeitedWei: burntWei } : {}) };
  const changed = changeSlot(state, subjectOf(event).contributor, slot);
  const refundWei = state.job?.refundWei ?? null;
  return refundWei === null
    ? changed
    : changeJob(changed, { refundWei: refundWei + weiOf(event.args.refundWei) });
};
