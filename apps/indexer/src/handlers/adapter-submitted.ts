import { changeSlot, type Handler, subjectOf } from "./job-state.ts";

/** A contributor has delivered. */
export const onAdapterSubmitted: Handler = (state, event) => {
  const subject = subjectOf(event);
  return changeSlot(
    {
      ...state,
      submissions: [
        ...state.submissions,
        {
          ...subject,
          adapterCid: String(event.args.adapterCid),
          submittedAt: event.minedAt,
          status: "submitted",
          reasonCid: null,
          transactionHash: event.transactionHash,
        },
      ],
    },
    subject.contributor,
    { status: "submitted" },
  );
};
