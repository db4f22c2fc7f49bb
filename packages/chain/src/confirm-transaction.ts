import { TrainChainError } from "@trainchain/protocol";
import type { Hash, TransactionReceipt } from "viem";
import { waitForTransactionReceipt } from "viem/actions";
import { toChainError } from "./decode-error.ts";
import type { ReadingClient } from "./escrow-call.ts";
import { findRefusal } from "./find-refusal.ts";

/**
 * The receipt of a transaction once it is mined.
 * @throws TrainChainError in the contract's own words where it was reverted (somebody was faster), and
 * `chain-rejected` where the contract does not say why.
 */
export async function confirmTransaction(
  client: ReadingClient,
  hash: Hash,
  { pollingInterval }: { pollingInterval?: number } = {},
): Promise<TransactionReceipt> {
  try {
    const receipt = await waitForTransactionReceipt(client, {
      hash,
      ...(pollingInterval === undefined ? {} : { pollingInterval }),
    });
    if (receipt.status === "success") return receipt;
    throw (await findRefusal(client, receipt)) ?? reverted(hash);
  } catch (error) {
    throw toChainError(error);
  }
}

function reverted(hash: Hash): TrainChainError {
  return new TrainChainError("chain-rejected", `the transaction ${hash} was reverted`, {
    fix: "The job's state changed in the meantime; look at it again.",
    facts: { hash },
  });
}
