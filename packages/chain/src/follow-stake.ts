import type { Address } from "@trainchain/protocol";
import { type Hash, TransactionReceiptNotFoundError } from "viem";
import { getTransactionCount, getTransactionReceipt } from "viem/actions";
import { toChainError } from "./decode-error.ts";
import { decodeEvents } from "./decode-event.ts";
import type { ReadingClient } from "./escrow-call.ts";
import { findRecentJob } from "./find-recent-job.ts";

/** A stake as it was noted when it was sent. */
interface NotedStake {
  escrow: Address;
  requester: Address;
  specCid: string;
  transaction: string;
  nonce: number;
}

/**
 * What became of a stake that a wallet sent as its transaction number `nonce`: the job that it opened, however many were
 * opened since, also where it was replaced by a dearer one a moment ago; "failed" once something else was mined in its place; or "on its way", whether the node that
 * is asked has heard of it or not.
 */
export async function followStake(
  client: ReadingClient,
  { requester, nonce, transaction, ...job }: NotedStake,
): Promise<{ jobId: bigint } | "on its way" | "failed"> {
  // Asked first: what is mined by then has its job.
  const mined = await getTransactionCount(client, { address: requester, blockTag: "latest" }).catch(
    (error: unknown) => {
      throw toChainError(error);
    },
  );
  const jobId =
    (await findOpenedJob(client, job.escrow, transaction)) ??
    (await findRecentJob(client, { ...job, requester }));
  if (jobId !== undefined) return { jobId };
  return mined > nonce ? "failed" : "on its way";
}

/** The job that this very transaction opened; undefined where it is not mined, or was reverted. */
async function findOpenedJob(
  client: ReadingClient,
  escrow: Address,
  transaction: string,
): Promise<bigint | undefined> {
  const receipt = await getTransactionReceipt(client, { hash: transaction as Hash }).catch(
    (error: unknown) => {
      if (error instanceof TransactionReceiptNotFoundError) return undefined;
      throw toChainError(error);
    },
  );
  for (const seen of decodeEvents(receipt?.logs ?? []))
    if (seen.name === "JobCreated" && seen.address === escrow.toLowerCase()) return seen.jobId;
  return undefined;
}
