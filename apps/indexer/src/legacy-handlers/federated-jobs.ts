import { onAdapterSubmitted } from "../handlers/adapter-submitted.ts";
import { type Handler, weiOf } from "../handlers/job-state.ts";
import { closeLegacyJob, createLegacyJob, legacyKinds, takeLegacySlot } from "./legacy-job.ts";

export const onFedJobCreated: Handler = (state, event) =>
  createLegacyJob(state, event, legacyKinds.federated, Number(event.args.maxContributors));

export const onFedJobSlotAccepted: Handler = (state, event) =>
  takeLegacySlot(state, event, Number(event.args.slot));

export const onLegacyAdapterSubmitted: Handler = onAdapterSubmitted;

/** Everyone who delivered was paid the same share. */
export const onFedJobCompleted: Handler = (state, event) => {
  const paidWei = weiOf(event.args.shareWei);
  return closeLegacyJob(
    {
      ...state,
      slots: state.slots.map((slot) => (slot.status === "submitted" ? { ...slot, paidWei } : slot)),
      submissions: state.submissions.map((submission) => ({ ...submission, status: "paid" })),
    },
    event,
    "completed",
  );
};
