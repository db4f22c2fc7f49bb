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
  /** Called at each look at a slot whose delivery is trained and not known to be on chain. */
  onWaiting: (jobId: string, slot: ChainSlot) => void;
}

/**
 * Looks after the slots that are worked on: their deadlines pass while a training runs, and while it is paused, held
 * or stopped, and while nobody takes what was trained. Ends with the signal.
 */
export async function watchSlots(watch: SlotWatch): Promise<void> {
  const { escrow, jobs, pollMs, signal, onLost, onWaiting } = watch;
  const still = (jobId: string, is: (record: JobRecord) => boolean) =>
    jobs().some((record) => record.jobId === jobId && is(record));
  while (!signal.aborted) {
    await pause(pollMs, undefined, { signal });
    for (const { jobId } of jobs().filter((record) => isAtWork(record) || isWaiting(record))) {
      // A node that does not answer is asked again; whoever works on the job says so.
      const slot = await escrow.getSlot(jobId).catch(() => undefined);
      if (!slot) continue;
      const lost = await isLost(escrow, slot).catch(() => false);
      if (lost && still(jobId, isAtWork)) onLost(jobId);
      else if (!lost && still(jobId, isWaiting)) onWaiting(jobId, slot);
    }
  }
}

/** Whether the chain takes no submission for this slot any more. */
export async function isLost(escrow: EscrowAccess, { status, timestamp }: ChainSlot): Promise<boolean> {
  if (status === "rejected" || status === "released") return true;
  return status === "accepted" && (await escrow.getSeconds()) > timestamp;
}

function isAtWork(record: JobRecord): boolean {
  const isOurs = hasReached(record, "accepted") && !hasReached(record, "submitted");
  return isOurs && !hasEnded(record) && !record.facts.onChain;
}

/** Sealed, and not known to be on chain. */
function isWaiting(record: JobRecord): boolean {
  const { adapterCid, onChain, paused } = record.facts;
  return adapterCid !== undefined && !onChain && !paused && !hasEnded(record);
}
