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
  /**
   * Unix seconds: the deadline while accepted or released, the time of submission once submitted, and of a refusal
   * that has not taken effect until when it may be appealed, or ruled on.
   */
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
    // The versions say the same but for one part each, which nobody needs: whether the bond is still held, and whether
    // a refusal can be checked by anybody.
    const { status, index, timestamp, delegate } = await readContract(client, {
      address: escrow,
      abi: aiModelTrainingAbi,
      functionName: "getSlot",
      args: [jobId, contributor],
    });
    return {
      status: slotStatuses[status]!,
      index,
      timestamp,
      delegate: delegate.toLowerCase() as Address,
    };
  } catch (error) {
    throw toChainError(error);
  }
}
