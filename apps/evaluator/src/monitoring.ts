import { access, constants } from "node:fs/promises";
import { TrainChainError } from "@trainchain/protocol";
import { pythonPath } from "@trainchain/python-env";
import { addReadGauge, createRegistry, Histogram, type Monitor } from "@trainchain/telemetry";
import type { Turns } from "./turns.ts";

/** The evaluator's series, and whether it can do its work. */
export function createMonitor({ envDir, turns }: { envDir: string; turns: Turns }) {
  const registry = createRegistry();
  const runSeconds = new Histogram({
    name: "trainchain_evaluator_run_seconds",
    help: "Time that a script ran, by its name and end",
    labelNames: ["script", "outcome"],
    buckets: [1, 5, 20, 60, 300, 1_800, 7_200],
    registers: [registry],
  });
  addReadGauge(registry, {
    name: "trainchain_evaluator_runs",
    help: "Scripts that run, and those that wait for their turn",
    labels: ["state"],
    read: async () => Object.entries(turns.counts()).map(([state, value]) => ({ labels: { state }, value })),
  });
  const monitor: Monitor = { registry, assertReady: () => assertPython(envDir) };
  return { monitor, runSeconds };
}

async function assertPython(envDir: string): Promise<void> {
  await access(pythonPath(envDir), constants.X_OK).catch((cause: unknown) => {
    throw new TrainChainError("environment-broken", `${envDir} holds no Python that can be run`, {
      fix: "Run `trainchain admin python`, and let the evaluator's user read what it made.",
      cause,
    });
  });
}
