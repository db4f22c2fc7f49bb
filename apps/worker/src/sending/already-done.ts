import { jobStatuses, slotStatuses, type TrainChainError } from "@trainchain/protocol";

/** What became of a delivery that the aggregator has refused; the first version knows no appeal. */
const contested = ["rejection-pending", "rejection-appealed", "reinstated"];
const refused = ["rejected", ...contested];
const ended = ["completed", "settled", "expired", "cancelled"];

/** Refusals that mean: what this call wants is so already, because somebody else did it or we did before. */
const doneRefusals: Record<string, Record<string, readonly string[]> | undefined> = {
  // It has no status: whoever brought it there, the wallet has had its slot.
  acceptJobBySig: { AlreadyAccepted: ["none"] },
  completeJob: { JobNotOpen: ended },
  settleJob: { JobNotOpen: ended },
  expireJob: { JobNotOpen: ended },
  releaseSlot: { SlotNotAccepted: ["submitted", "released", ...refused], JobNotOpen: ended },
  rejectAdapter: { SlotNotSubmitted: refused },
  enforceRejection: { RejectionNotPending: ["rejected", "reinstated"] },
  submitAdapterBySig: { SlotNotAccepted: ["submitted", ...contested] },
};

/** Whether the escrow refuses the call `<verb>/…` because its aim is reached. */
export function isAlreadyDone(purpose: string, refusal: TrainChainError): boolean {
  const verb = purpose.split("/", 1)[0] ?? "";
  const name = String(refusal.facts.error);
  const statuses = doneRefusals[verb]?.[name];
  const names = name === "JobNotOpen" ? jobStatuses : slotStatuses;
  return statuses?.includes(names[Number(refusal.facts.status)] ?? "none") ?? false;
}
