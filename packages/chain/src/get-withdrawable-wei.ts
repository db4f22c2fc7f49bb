import type { Address } from "@trainchain/protocol";
import { readContract } from "viem/actions";
import { toChainError } from "./decode-error.ts";
import type { ReadingClient } from "./escrow-call.ts";
import { aiModelTrainingAbi } from "./generated/ai-model-training.ts";

/** What could not be pushed to a wallet and waits for its withdraw. */
export async function getWithdrawableWei(
  client: ReadingClient,
  { escrow, wallet }: { escrow: Address; wallet: Address },
): Promise<bigint> {
  try {
    return await readContract(client, {
      address: escrow,
      abi: aiModelTrainingAbi,
      functionName: "withdrawableWei",
      args: [wallet],
    });
  } catch (error) {
    throw toChainError(error);
  }
}
