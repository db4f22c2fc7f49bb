import type { ChainSlot } from "@trainchain/chain";
import { isContested } from "@trainchain/protocol";
import type { StepContext } from "../step-context.ts";

/**
 * Tells of a refusal that has not taken effect until when it may be appealed, or the referee decides. Returns whether
 * there is one.
 */
export function tellRefusal({ record, tell }: StepContext, slot: ChainSlot): boolean {
  if (!isContested(slot)) return false;
  const refusal = { until: slot.timestamp, isAppealed: slot.status === "rejection-appealed" };
  if (refusal.until !== record().facts.refusal?.until) tell({ refusal });
  return true;
}
