import type { Address } from "@trainchain/protocol";
import { readContract } from "viem/actions";
import { toChainError } from "./decode-error.ts";
import type { ReadingClient } from "./escrow-call.ts";
import { aiModelTrainingAbi } from "./generated/ai-model-training.ts";

/** The fee of every job of an escrow, in hundredths of a per cent of its stake: fixed when it was deployed. */
export async function readFeeBps(client: ReadingClient, escrow: Address): Promise<number> {
  const call = { address: escrow, abi: aiModelTrainingAbi, functionName: "feeBps" } as const;
  return readContract(client, call).catch((error: unknown) => {
    throw toChainError(error);
  });
}
