import type { Handler } from "../handlers/job-state.ts";
import {
  onFedJobCompleted,
  onFedJobCreated,
  onFedJobSlotAccepted,
  onLegacyAdapterSubmitted,
} from "./federated-jobs.ts";
import {
  onLegacyJobAccepted,
  onLegacyJobCancelled,
  onLegacyJobCompleted,
  onLegacyJobCreated,
  onLegacyJobFailed,
} from "./single-jobs.ts";

/** What each event of the predecessor's contract does to its job. */
export const legacyHandlers: Readonly<Record<string, Handler>> = {
  JobCreated: onLegacyJobCreated,
  JobAccepted: onLegacyJobAccepted,
  JobCompleted: onLegacyJobCompleted,
  JobFailed: onLegacyJobFailed,
  JobCancelled: onLegacyJobCancelled,
  FedJobCreated: onFedJobCreated,
  FedJobSlotAccepted: onFedJobSlotAccepted,
  AdapterSubmitted: onLegacyAdapterSubmitted,
  FedJobCompleted: onFedJobCompleted,
};
