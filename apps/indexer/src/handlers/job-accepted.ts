import { type Handler, momentOf, subjectOf } from "./job-state.ts";

/** A wallet has taken a slot; it may do so once per job. */
export const onJobAccepted: Handler = (state, event) => ({
  ...state,
  slots: [
    ...state.slots,
    {
      ...subjectOf(event),
      slot: Number(event.args.slot),
      delegate: String(event.args.delegate),
      status: "accepted",
      deadline: momentOf(event.args.deadline),
      acceptedAt: event.minedAt,
      forfeitedWei: null,
      paidWei: null,
    },
  ],
});
