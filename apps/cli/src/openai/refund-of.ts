import { listAll } from "@trainchain/api-client";
import { decodeEvents, toChainError } from "@trainchain/chain";
import type { Hash } from "viem";
import type { WalletPlatform } from "../platform.ts";

/**
 * What of a job's stake came back at its end, in wei, as the escrow's own event says. The platform only names the
 * transaction: where it names none, or another's, nothing is known to have come back.
 */
export async function refundOf(
  { api, reader, escrow }: Pick<WalletPlatform, "api" | "reader" | "escrow">,
  jobId: bigint,
): Promise<bigint> {
  const events = await listAll((query) => api.getTimeline(jobId, query));
  const closing = events.find(({ event }) => event === "JobClosed");
  if (!closing) return 0n;
  const { logs } = await reader
    .getTransactionReceipt({ hash: closing.transactionHash as Hash })
    .catch((error: unknown) => {
      throw toChainError(error);
    });
  for (const seen of decodeEvents(logs))
    if (seen.name === "JobClosed" && seen.address === escrow.toLowerCase() && seen.jobId === jobId)
      return seen.refundWei;
  return 0n;
}
