import { enqueueTask } from "@trainchain/db";
import type { TaskPayloads } from "@trainchain/protocol";
import type { WorkerDeps } from "../deps.ts";

/** Has what was drawn of a delivery's training looked at, once, however often that is asked for meanwhile. */
export async function enqueueReplay(
  { db }: WorkerDeps,
  { escrow, jobId, contributor }: TaskPayloads["replay-training"],
): Promise<void> {
  const key = `replay-training/${escrow}/${jobId}/${contributor}`;
  await enqueueTask(db, "replay-training", { escrow, jobId, contributor }, { key, byClock: true });
}
