import type { Address } from "@trainchain/protocol";
import { getTransactionCount } from "viem/actions";
import { toChainError } from "./decode-error.ts";
import type { ReadingClient } from "./escrow-call.ts";

/** Whether a wallet has sent something that is not mined yet, as far as the node that is asked knows. */
export async function hasUnminedTransaction(client: ReadingClient, address: Address): Promise<boolean> {
  const countOf = (blockTag: "pending" | "latest") => getTransactionCount(client, { address, blockTag });
  const [sent, mined] = await Promise.all([countOf("pending"), countOf("latest")]).catch((error: unknown) => {
    throw toChainError(error);
  });
  return sent > mined;
}
