import { changeSlot, changeSubmission, type Handler, momentOf, subjectOf } from "./job-state.ts";

/**
 * The aggregator has refused a delivery, for the reason in the named document. In the escrow's second version that takes
 * effect with an event of its own: until then it may be appealed, and the slot stays taken.
 */
export const onAdapterRejected: Handler = (state, event) => {
  const { contributor } = subjectOf(event);
  const { reasonCid, appealBy } = event.args;
  const slot =
    appealBy === undefined
      ? { status: "rejected" as const }
      : { status: "rejection-pending" as const, deadline: momentOf(appealBy) };
  return changeSubmission(changeSlot(state, contributor, slot), contributor, {
    status: "rejected",
    reasonCid: String(reasonCid),
  });
};
