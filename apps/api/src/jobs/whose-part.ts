import type { Executor } from "@trainchain/db";
import { findJob, findSlot, type JobKey } from "@trainchain/db/market";
import { unknownJob } from "./job-params.ts";

/**
 * Whose part of a job a wallet may see: undefined for everybody's, which is the requester's to see, else its own.
 * @throws TrainChainError `not-found` for who has no part in it
 */
export async function whosePart(db: Executor, key: JobKey, wallet: string): Promise<string | undefined> {
  const [job, slot] = await Promise.all([findJob(db, key), findSlot(db, { ...key, contributor: wallet })]);
  if (job?.requester === wallet) return undefined;
  if (!slot) throw unknownJob(key);
  return wallet;
}
