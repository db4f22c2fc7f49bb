import { and, eq, type SQL } from "drizzle-orm";
import { type contributorSubmissions, slots } from "./chain.ts";
import type { curvePoints, slotProgress } from "./market.ts";

/** Joins what is kept for a slot to the slot: the same job and contributor. */
export function ofSlot(
  kept: typeof contributorSubmissions | typeof slotProgress | typeof curvePoints,
): SQL | undefined {
  return and(
    eq(kept.escrow, slots.escrow),
    eq(kept.jobId, slots.jobId),
    eq(kept.contributor, slots.contributor),
  );
}
