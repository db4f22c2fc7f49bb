import type { TrainChainError } from "@trainchain/protocol";
import type { TransactionReceipt } from "viem";
import { call, getTransaction } from "viem/actions";
import { toChainError } from "./decode-error.ts";
import type { ReadingClient } from "./escrow-call.ts";

/**
 * Why the contract refused a transaction that was mined and reverted; undefined where it does not say. A receipt has no
 * reason, so the same call is tried once more where its block ended: what was faster may be in the same block.
 */
export async function findRefusal(
  client: ReadingClient,
  { transactionHash, blockNumber }: TransactionReceipt,
): Promise<TrainChainError | undefined> {
  const { from, to, input, value } = await getTransaction(client, { hash: transactionHash });
  const again = call(client, { account: from, to, data: input, value, blockNumber });
  const refusal = await again.then(() => undefined, toChainError);
  return refusal?.facts.error === undefined ? undefined : refusal;
}
