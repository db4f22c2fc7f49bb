/** The contract's numbers for a job's status, in its order. */
export const jobStatuses = ["none", "open", "completed", "settled", "expired", "cancelled"] as const;
export type ChainJobStatus = (typeof jobStatuses)[number];

/** The contract's numbers for a slot's status, in its order. A submitted slot of a job that ended is paid. */
export const slotStatuses = ["none", "accepted", "submitted", "rejected", "released"] as const;
export type ChainSlotStatus = (typeof slotStatuses)[number];
