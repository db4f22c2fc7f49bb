import { isTaken, type JobView, nextMove, openJobOf } from "@trainchain/protocol";
import type { EscrowMove } from "./escrow-moves.ts";

/** What the escrow would allow at `now` (seconds since 1970); the contract decides when it is tried. */
export function possibleMoves(job: JobView, isRequester: boolean, now: number): EscrowMove[] {
  if (job.status !== "open" || !job.terms.acceptBy) return [];
  if (isRequester && !job.slots.some(isTaken)) return ["cancelJob"];
  const next = nextMove(openJobOf({ ...job.terms, ...job }, job.slots), now);
  if (next.move === "releaseSlot" || next.move === "enforceRejection") return [next.move];
  // While the aggregator still has time, the next step has an end.
  if (next.move === "wait" || job.nextStep.until !== null) return [];
  return [next.move === "completeJob" ? "settleJob" : "expireJob"];
}
