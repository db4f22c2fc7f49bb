import type { Address } from "@trainchain/protocol";
import { getTransactionCount } from "viem/actions";
import { toChainError } from "./decode-error.ts";
import type { ReadingClient } from "./escrow-call.ts";
import { findRecentJob } from "./find-recent-job.ts";

/**
 * What became of a stake that a wallet sent as its transaction number `nonce`: the job that it opened, also where it was
 * replaced by a dearer one; "failed" once something else was mined in its place; or "on its way", whether the node that
 * is asked has heard of it or not.
 */
export async function followStake(
  client: ReadingClient,
  { requester, nonce, ...job }: { escrow: Address; requester: Address; specCid: string; nonce: number },
): Promise<{ jobId: bigint } | "on its way" | "failed"> {
  // Asked first: what is mined by then has its job.
  const mined = await getTransactionCount(client, { address: requester, blockTag: "latest" }).catch(
    (error: unknown) => {
      throw toChainError(error);
    },
  );
  const jobId = await findRecentJob(client, { ...job, requester });
  if (jobId !== undefined) return { jobId };
  return mined > nonce ? "failed" : "on its way";
}
