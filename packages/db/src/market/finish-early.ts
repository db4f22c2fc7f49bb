import type { Executor } from "../connect.ts";
import type { JobKey } from "../job-key.ts";
import { enqueueTask } from "../queue/enqueue-tasks.ts";
import { earlyFinishes } from "../schema/index.ts";
import { notifyJob } from "./notify-job.ts";

/** Keeps that a job ends with its minimum, and has the worker look at it; said again it stays as it was said first. */
export async function finishEarly(db: Executor, { escrow, jobId }: JobKey): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.insert(earlyFinishes).values({ escrow, jobId }).onConflictDoNothing();
    const payload = { escrow, jobId: jobId.toString() };
    await enqueueTask(tx, "advance-job", payload, { key: `advance-job/${escrow}/${jobId}` });
    await notifyJob(tx, { escrow, jobId });
  });
}
