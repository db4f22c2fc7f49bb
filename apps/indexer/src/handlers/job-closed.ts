import type { JobStatus } from "@trainchain/protocol";
import { changeJob, type Handler, weiOf } from "./job-state.ts";

/** The job has ended, whichever way. What was delivered and not paid by now never will be. */
export const onJobClosed: Handler = (state, event) => {
  const submissions = state.submissions.map((submission) =>
    submission.status === "submitted" || submission.status === "reinstated"
      ? { ...submission, status: "unpaid" as const }
      : submission,
  );
  return changeJob(
    { ...state, submissions },
    {
      status: String(event.args.status) as JobStatus,
      resultCid: String(event.args.resultCid) || null,
      refundWei: weiOf(event.args.refundWei),
      feeWei: weiOf(event.args.feeWei),
      closedAt: event.minedAt,
    },
  );
};
