import { setTimeout as pause } from "node:timers/promises";
import type { ChainSlot } from "@trainchain/chain";
import type { EscrowAccess } from "../escrow/chain.ts";
import { hasEnded, hasReached, type JobRecord } from "./job-record.ts";

export interface SlotWatch {
  escrow: EscrowAccess;
  jobs: () => JobRecord[];
  pollMs: number;
  signal: AbortSignal;
  /** Called once for a slot from which nothing can be delivered any more. */
  onLost: (jobId: string) => void;
}

/**
 * Looks after the slots that are worked on: their deadlines pass while a training runs, and while it is paused, held
 * or stopped. Ends with the signal.
 */
export async function watchSlots({ escrow, jobs, pollMs, signal, onLost }: SlotWatch): Promise<void> {
  while (!signal.aborted) {
    await pause(pollMs, undefined, { signal });
    for (const { jobId } of jobs().filter(isAtWork)) {
      // A node that does not answer is asked again; whoever works on the job says so.
      const lost = await escrow
        .getSlot(jobId)
        .then((slot) => isLost(escrow, slot))
        .catch(() => false);
      if (lost && jobs().some((record) => record.jobId === jobId && isAtWork(record))) onLost(jobId);
    }
  }
}

/** Whether the chain takes no submission for this slot any more. */
export async function isLost(escrow: EscrowAccess, { status, timestamp }: ChainSlot): Promise<boolean> {
  if (status === "rejected" || status === "released") return true;
  return status === "accepted" && (await escrow.getSeconds()) > timestamp;
}

function isAtWork(record: JobRecord): boolean {
  return hasReached(record, "accepted") && !hasReached(record, "submitted") && !hasEnded(record);
}
