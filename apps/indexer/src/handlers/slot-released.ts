import { changeSlot, type Handler, subjectOf, weiOf } from "./job-state.ts";

/** A contributor has missed its deadline. */
export const onSlotReleased: Handler = (state, event) =>
  changeSlot(state, subjectOf(event).contributor, {
    status: "released",
    forfeitedWei: weiOf(event.args.forfeitedWei),
  });
