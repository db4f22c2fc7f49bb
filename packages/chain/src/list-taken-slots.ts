import { type Address, isTaken } from "@trainchain/protocol";
import type { Hash } from "viem";
import { getTransactionReceipt } from "viem/actions";
import { decodeEvents } from "./decode-event.ts";
import type { ReadingClient } from "./escrow-call.ts";
import { type ChainSlot, getSlot } from "./get-slot.ts";

export interface TakenSlot {
  contributor: Address;
  slot: ChainSlot;
}

/**
 * The wallets that hold a slot of a job now, as the escrow wants them listed at a job's end, with their slots.
 * @param acceptedIn the transactions in which the job's slots were taken: the chain has their wallets in full
 */
export async function listTakenSlots(
  client: ReadingClient,
  { escrow, jobId, acceptedIn }: { escrow: Address; jobId: bigint; acceptedIn: readonly Hash[] },
): Promise<TakenSlot[]> {
  const wallets = new Set<Address>();
  for (const hash of acceptedIn) {
    const { logs } = await getTransactionReceipt(client, { hash });
    for (const seen of decodeEvents(logs)) {
      const isOurs = seen.name === "JobAccepted" && seen.address === escrow && seen.jobId === jobId;
      if (isOurs) wallets.add(seen.contributor);
    }
  }
  const slots = await Promise.all(
    [...wallets].map(async (contributor) => ({
      contributor,
      slot: await getSlot(client, { escrow, jobId, contributor }),
    })),
  );
  return slots.filter(({ slot }) => isTaken(slot));
}
