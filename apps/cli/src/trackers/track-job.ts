import type { ApiClient } from "@trainchain/api-client";
import { type ConfigView, type ProgressEvent, truncateAddress } from "@trainchain/protocol";
import type { Tracker } from "./open-tracker.ts";

type Point = Pick<ProgressEvent, "slot" | "contributor"> & { step: number; metrics: Record<string, number> };

/** Hands a job's figures to a tracker, a run for each contributor's training, each step once and in order. */
export function trackJob(
  { api, config }: { api: Pick<ApiClient, "getCurves">; config: Pick<ConfigView, "chainId" | "escrow"> },
  tracker: Tracker,
  jobId: string,
) {
  const told = new Map<string, number>();
  const log = ({ slot, contributor, step, metrics }: Point) => {
    const run = `job-${jobId}-slot-${slot}-${truncateAddress(contributor).replace(/\W+/g, "-")}`;
    if (step <= (told.get(run) ?? -1)) return;
    told.set(run, step);
    tracker.log({ id: `${config.chainId}-${config.escrow.slice(2, 10)}-${run}`, run, step, metrics });
  };
  return {
    /** What the platform has kept of the losses: before anybody watched, or while the connection was lost. */
    async catchUp(): Promise<void> {
      const { items } = await api.getCurves(jobId);
      for (const { slot, contributor, points } of items)
        for (const [step, loss] of points) log({ slot, contributor, step, metrics: { "train/loss": loss } });
    },
    note({ slot, contributor, event }: ProgressEvent): void {
      if (event.event === "step")
        log({
          ...{ slot, contributor, step: event.step },
          metrics: {
            "train/loss": event.loss,
            "train/learning_rate": event.learningRate,
            "train/epoch": event.epoch,
            "train/tokens_per_second": event.tokensPerSecond,
            "system/memory_mb": event.memoryMb,
          },
        });
      if (event.event === "epoch")
        log({
          ...{ slot, contributor, step: event.epoch },
          metrics: {
            "train/loss": event.loss,
            "train/accuracy": event.accuracy,
            "train/learning_rate": event.learningRate,
            "system/memory_mb": event.memoryMb,
          },
        });
    },
  };
}
