import { findJobInTraining } from "@trainchain/db/work";
import { isKnownKind } from "@trainchain/protocol";
import type { WorkerDeps } from "../deps.ts";
import { workOf } from "../kinds/index.ts";

/**
 * Has ready, while a job is being trained, what takes long to load once its first delivery is there. To be called again
 * and again: each newer job counts once, so that what is let go for want of memory is not loaded at once again.
 */
export function createGetReady(
  deps: Pick<WorkerDeps, "db" | "escrow" | "aggregator" | "evaluator">,
): () => Promise<void> {
  let newest: bigint | undefined;
  return async () => {
    const job = await findJobInTraining(deps.db, deps);
    if (!job || job.jobId === newest) return;
    newest = job.jobId;
    if (isKnownKind(job.kind) && workOf(job.kind).needsTorch) await deps.evaluator?.prepare?.();
  };
}
