import type { ApiClient } from "@trainchain/api-client";
import type { TrainerEvent } from "@trainchain/protocol";

/** The platform takes a heartbeat every few seconds; steps in between are superseded by later ones. */
const intervalMs = 5_000;

/**
 * Tells the platform how training goes: steps and epochs at most every five seconds, everything else at once. A heartbeat that
 * gets lost is only that: training does not wait for it.
 */
export function createProgressReporter(api: ApiClient, jobId: string) {
  let lastAt = 0;
  return (event: TrainerEvent): void => {
    const [done, all] =
      event.event === "step"
        ? [event.step, event.steps]
        : event.event === "epoch"
          ? [event.epoch, event.epochs]
          : [1, 1];
    if (done < all && Date.now() - lastAt < intervalMs) return;
    lastAt = Date.now();
    api.reportProgress(jobId, event).catch(() => undefined);
  };
}
