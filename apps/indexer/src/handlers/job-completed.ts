import { changeSlot, changeSubmission, type Handler, subjectOf, weiOf } from "./job-state.ts";

/** A contributor has been paid. */
export const onJobCompleted: Handler = (state, event) => {
  const { contributor } = subjectOf(event);
  const paidWei = weiOf(event.args.amountWei);
  return changeSubmission(changeSlot(state, contributor, { paidWei }), contributor, { status: "paid" });
};
