import { listTakenSlots as listTakenSlotsOnChain, type TakenSlot } from "@trainchain/chain";
import type { Platform } from "./platform.ts";

/** The wallets that hold a slot of a job now. The platform's timeline names the transactions that took them. */
export async function listTakenSlots(platform: Platform, jobId: string): Promise<TakenSlot[]> {
  const acceptedIn: `0x${string}`[] = [];
  let cursor: string | undefined;
  do {
    const page = await platform.api.getTimeline(jobId, { limit: 100, cursor });
    for (const { event, transactionHash } of page.items) {
      if (event === "JobAccepted") acceptedIn.push(transactionHash as `0x${string}`);
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return listTakenSlotsOnChain(platform.reader, {
    escrow: platform.escrow,
    jobId: BigInt(jobId),
    acceptedIn,
  });
}
