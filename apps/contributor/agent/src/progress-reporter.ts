import type { TrainerEvent } from "@trainchain/protocol";
import type { Api } from "./api.ts";

/** The platform takes a heartbeat every few seconds; steps in between are superseded by later ones. */
const intervalMs = 5_000;

/**
 * Tells the platform how training goes: steps at most every five seconds, everything else at once. A heartbeat that
 * gets lost is only that: training does not wait for it.
 */
export function createProgressReporter(api: Api, jobId: string, signal: AbortSignal) {
  let lastAt = 0;
  return (event: TrainerEvent): void => {
    if (event.event === "step" && event.step < event.steps && Date.now() - lastAt < intervalMs) return;
    lastAt = Date.now();
    api.reportProgress(jobId, event, signal).catch(() => undefined);
  };
}
