/** The escrow's job statuses; the index is the contract's number. */
export const jobStatuses = ["none", "open", "completed", "settled", "expired", "cancelled"] as const;
export type JobStatus = (typeof jobStatuses)[number];

/** The escrow's slot statuses; the index is the contract's number. The last three are the second version's alone. */
export const slotStatuses = [
  "none",
  "accepted",
  "submitted",
  "rejected",
  "released",
  "rejection-pending",
  "rejection-appealed",
  "reinstated",
] as const;
export type SlotStatus = (typeof slotStatuses)[number];

/** What a draft goes through before its job is on chain. */
export const draftStatuses = ["preparing", "ready", "failed", "listed", "deleted"] as const;
export type DraftStatus = (typeof draftStatuses)[number];
