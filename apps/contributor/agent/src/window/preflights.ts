import { type PreflightState, toTrainChainError } from "@trainchain/protocol";
import type { Agent } from "../jobs/agent.ts";

/** The checks of this machine against jobs, one a job: under way, done or failed. */
export function createPreflights(onChange: () => void) {
  const states = new Map<string, PreflightState>();
  return {
    states: () => Object.fromEntries(states),
    clear: () => states.clear(),
    /** Starts checking the machine against a job, unless that is under way; the report comes with the state. */
    start(agent: Agent, jobId: string, measureAgain: boolean): void {
      if (states.get(jobId)?.status === "running") return;
      const startedAt = new Date().toISOString();
      const show = (preflight: PreflightState) => {
        states.set(jobId, preflight);
        onChange();
      };
      const onStart = (benchmarkSeconds: number) => show({ status: "running", startedAt, benchmarkSeconds });
      onStart(0);
      agent.preflight(jobId, { measureAgain, onStart }).then(
        (report) => show({ status: "done", report }),
        (error: unknown) => {
          const { code, message, fix } = toTrainChainError(error);
          show({ status: "failed", error: { code, message, fix } });
        },
      );
    },
  };
}
