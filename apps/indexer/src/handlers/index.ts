import { onAdapterRejected } from "./adapter-rejected.ts";
import { onAdapterSubmitted } from "./adapter-submitted.ts";
import { onAppealRuled } from "./appeal-ruled.ts";
import { onDelegateChanged } from "./delegate-changed.ts";
import { onJobAccepted } from "./job-accepted.ts";
import { onJobClosed } from "./job-closed.ts";
import { onJobCompleted } from "./job-completed.ts";
import { onJobCreated } from "./job-created.ts";
import type { Handler } from "./job-state.ts";
import { onRejectionAppealed } from "./rejection-appealed.ts";
import { onRejectionEnforced } from "./rejection-enforced.ts";
import { onSlotReleased } from "./slot-released.ts";

/** What each event of the escrow, of either version, does to its job. PaymentDeferred and Withdrawn concern wallets, not jobs. */
export const escrowHandlers: Readonly<Record<string, Handler>> = {
  JobCreated: onJobCreated,
  JobAccepted: onJobAccepted,
  DelegateChanged: onDelegateChanged,
  AdapterSubmitted: onAdapterSubmitted,
  AdapterRejected: onAdapterRejected,
  RejectionAppealed: onRejectionAppealed,
  AppealRuled: onAppealRuled,
  RejectionEnforced: onRejectionEnforced,
  SlotReleased: onSlotReleased,
  JobCompleted: onJobCompleted,
  JobClosed: onJobClosed,
};
