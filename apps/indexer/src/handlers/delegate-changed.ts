import { changeSlot, type Handler, subjectOf } from "./job-state.ts";

/** A contributor has named another key that may submit for it. */
export const onDelegateChanged: Handler = (state, event) =>
  changeSlot(state, subjectOf(event).contributor, { delegate: String(event.args.delegate) });
