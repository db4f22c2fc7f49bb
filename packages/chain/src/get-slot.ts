import { type Address, type SlotStatus, slotStatuses } from "@trainchain/protocol";
import { readContract } from "viem/actions";
import { toChainError } from "./decode-error.ts";
import type { ReadingClient } from "./escrow-call.ts";
import { aiModelTrainingAbi } from "./generated/ai-model-training.ts";

/** A wallet's acceptance of a job. */
export interface ChainSlot {
  status: SlotStatus;
  /** The slot's number, from 0. */
  index: number;
  /** Whether the bond is still held for it. */
  bonded: boolean;
  /** Unix seconds: the deadline while accepted or released, the time of submission once submitted. */
  timestamp: number;
  /** The zero address for none. */
  delegate: Address;
}

/** A wallet's slot in a job; status `none` if it never accepted. */
export async function getSlot(
  client: ReadingClient,
  { escrow, jobId, contributor }: { escrow: Address; jobId: bigint; contributor: Address },
): Promise<ChainSlot> {
  try {
    const slot = await readContract(client, {
      address: escrow,
      abi: aiModelTrainingAbi,
      functionName: "getSlot",
      args: [jobId, contributor],
    });
    return {
      ...slot,
      status: slotStatuses[slot.status]!,
      delegate: slot.delegate.toLowerCase() as Address,
    };
  } catch (error) {
    throw toChainError(error);
  }
}
