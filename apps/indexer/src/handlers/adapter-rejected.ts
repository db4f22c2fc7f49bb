import { changeSlot, changeSubmission, type Handler, subjectOf } from "./job-state.ts";

/** The aggregator has refused a delivery, for the reason in the named document. */
export const onAdapterRejected: Handler = (state, event) => {
  const { contributor } = subjectOf(event);
  const reasonCid = String(event.args.reasonCid);
  return changeSubmission(changeSlot(state, contributor, { status: "rejected" }), contributor, {
    status: "rejected",
    reasonCid,
  });
};
