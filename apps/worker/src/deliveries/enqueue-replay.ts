import { enqueueTask } from "@trainchain/db";
import type { TaskPayloads } from "@trainchain/protocol";
import type { WorkerDeps } from "../deps.ts";

/**
 * Has what was drawn of a delivery's training looked at, once, however often that is asked for meanwhile; of those that
 * wait the one first whose review may end first.
 */
export async function enqueueReplay(
  { db }: WorkerDeps,
  { escrow, jobId, contributor }: TaskPayloads["replay-training"],
  reviewEnds: Date,
): Promise<void> {
  const priority = -Math.floor(reviewEnds.getTime() / 60_000);
  const key = `replay-training/${escrow}/${jobId}/${contributor}`;
  await enqueueTask(db, "replay-training", { escrow, jobId, contributor }, { key, byClock: true, priority });
}
