import { changeSlot, type Handler, subjectOf, weiOf } from "../handlers/job-state.ts";
import { closeLegacyJob, createLegacyJob, legacyKinds, takeLegacySlot } from "./legacy-job.ts";

/** A job that trained a classifier: one contributor. */
export const onLegacyJobCreated: Handler = (state, event) =>
  createLegacyJob(state, event, legacyKinds.single, 1);

export const onLegacyJobAccepted: Handler = (state, event) => takeLegacySlot(state, event, 0);

export const onLegacyJobCompleted: Handler = (state, event) =>
  changeSlot(closeLegacyJob(state, event, "completed"), subjectOf(event).contributor, {
    status: "submitted",
    paidWei: weiOf(event.args.rewardWei),
  });

/** The contributor gave up; the job ended without a result. */
export const onLegacyJobFailed: Handler = (state, event) =>
  changeSlot(closeLegacyJob(state, event, "expired"), subjectOf(event).contributor, { status: "released" });

export const onLegacyJobCancelled: Handler = (state, event) => closeLegacyJob(state, event, "cancelled");
