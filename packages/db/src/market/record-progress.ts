import type { TrainerEvent } from "@trainchain/protocol";
import type { Executor } from "../connect.ts";
import type { JobKey } from "../job-key.ts";
import { slotProgress } from "../schema/index.ts";

/** Keeps a slot's latest trainer event in place of the one before. */
export async function recordProgress(
  db: Executor,
  progress: JobKey & { contributor: string; event: TrainerEvent; reportedAt: Date },
): Promise<void> {
  const { event, reportedAt } = progress;
  const step = "step" in event ? event.step : null;
  await db
    .insert(slotProgress)
    .values({ ...progress, step })
    .onConflictDoUpdate({
      target: [slotProgress.escrow, slotProgress.jobId, slotProgress.contributor],
      set: { event, step, reportedAt },
    });
}
