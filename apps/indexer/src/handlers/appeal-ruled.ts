import { changeSlot, changeSubmission, type Handler, subjectOf } from "./job-state.ts";

/** The job's referee has decided. What it confirms takes effect with an event of its own, and so does a late payment. */
export const onAppealRuled: Handler = (state, event) => {
  if (event.args.overturned !== true) return state;
  const { contributor } = subjectOf(event);
  const status = "reinstated";
  return changeSubmission(changeSlot(state, contributor, { status }), contributor, { status });
};
