import { listAll } from "@trainchain/api-client";
import { listTakenSlots as listTakenSlotsOnChain, type TakenSlot } from "@trainchain/chain";
import type { Hash } from "viem";
import type { SigningPlatform } from "./signing-platform.ts";

/**
 * The wallets that hold a slot of a job now. The platform's timeline, read to its end, names the transactions that
 * took them: the escrow refuses a list from which one is missing.
 */
export async function listTakenSlots(
  { api, escrow, reader }: Pick<SigningPlatform, "api" | "escrow" | "reader">,
  jobId: bigint,
): Promise<TakenSlot[]> {
  const events = await listAll((query) => api.getTimeline(jobId, query));
  const acceptedIn = events
    .filter(({ event }) => event === "JobAccepted")
    .map(({ transactionHash }) => transactionHash as Hash);
  return listTakenSlotsOnChain(reader, { escrow, jobId, acceptedIn });
}
