import { writeSync } from "node:fs";
import { toTrainChainError } from "@trainchain/protocol";
import { useProxies } from "@trainchain/protocol/node";
import { scrub, secretsAmong } from "./secrets.ts";

/** How long a process may take over its end: whatever it is doing may be broken off at any moment. */
const endWithinMs = 10_000;

/**
 * Runs a process: it works, or it is gone within seconds and another can be started in its place. `main` runs until it
 * is done or `stopping` aborts, which SIGTERM and SIGINT do. What it throws, and what is thrown or rejected anywhere
 * with nobody to catch it, is the process's last line, and it exits with 1. One that is asked to end exits with 0,
 * also where a neighbour that does not answer keeps it from ending in time.
 */
export async function runProcess(main: (stopping: AbortSignal) => Promise<void>): Promise<never> {
  process.on("uncaughtException", dieOf);
  process.on("unhandledRejection", dieOf);
  const stopping = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.once(signal, () => {
      stopping.abort();
      setTimeout(() => {
        tell({ level: "warn", message: `not ended ${endWithinMs / 1_000} s after ${signal}: broken off` });
        process.exit(0);
      }, endWithinMs);
    });
  try {
    useProxies();
    await main(stopping.signal);
  } catch (error) {
    dieOf(error);
  }
  process.exit(0);
}

/** What is wrong and what to do, in one line; of a fault of our own, where it is. */
function dieOf(thrown: unknown): never {
  const { code, message, fix, cause } = toTrainChainError(thrown);
  const stack = code === "internal" && cause instanceof Error ? cause.stack : undefined;
  tell({ level: "fatal", code, message, fix, stack });
  process.exit(1);
}

/** On standard error, written before anything else happens. */
function tell(facts: object): void {
  writeSync(2, `${scrub(JSON.stringify(facts), secretsAmong())}\n`);
}
