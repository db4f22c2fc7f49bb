import type { DraftRecord } from "@trainchain/db/market";

/**
 * Whether a draft's requester may change what it asks for: one that waits for payment, or that could not be prepared
 * after such a change. A later round has the terms of its request.
 */
export function isChangeable({ status, round, changedFromId }: DraftRecord): boolean {
  return round === 1 && (status === "ready" || (status === "failed" && changedFromId !== null));
}
