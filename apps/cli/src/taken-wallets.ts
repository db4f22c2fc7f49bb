import { type ChainSlot, decodeEvents, getSlot } from "@trainchain/chain";
import type { Address } from "@trainchain/protocol";
import type { Platform } from "./platform.ts";

export interface TakenSlot {
  contributor: Address;
  slot: ChainSlot;
}

/**
 * The wallets that hold a slot of a job now, with their slots as the chain has them. The platform shows wallets
 * truncated; its timeline names the transactions in which they accepted, and the chain has those in full.
 */
export async function listTakenSlots(platform: Platform, jobId: string): Promise<TakenSlot[]> {
  const contributors = await listContributors(platform, jobId);
  const slots = await Promise.all(
    contributors.map(async (contributor) => ({
      contributor,
      slot: await getSlot(platform.reader, { escrow: platform.escrow, jobId: BigInt(jobId), contributor }),
    })),
  );
  return slots.filter(({ slot }) => slot.status === "accepted" || slot.status === "submitted");
}

async function listContributors({ api, reader, escrow }: Platform, jobId: string): Promise<Address[]> {
  const wallets = new Set<Address>();
  let cursor: string | undefined;
  do {
    const page = await api.getTimeline(jobId, { limit: 100, cursor });
    for (const { event, transactionHash } of page.items) {
      if (event !== "JobAccepted") continue;
      const receipt = await reader.getTransactionReceipt({ hash: transactionHash as `0x${string}` });
      for (const seen of decodeEvents(receipt.logs)) {
        const isOurs = seen.name === "JobAccepted" && seen.address === escrow && seen.jobId === BigInt(jobId);
        if (isOurs) wallets.add(seen.contributor);
      }
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return [...wallets];
}
