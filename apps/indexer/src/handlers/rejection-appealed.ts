import { changeSlot, type Handler, momentOf, subjectOf } from "./job-state.ts";

/** A contributor has asked the job's referee to decide about a refusal. */
export const onRejectionAppealed: Handler = (state, event) =>
  changeSlot(state, subjectOf(event).contributor, {
    status: "rejection-appealed",
    deadline: momentOf(event.args.rulingBy),
  });
