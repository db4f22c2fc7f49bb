import { dirname, join } from "node:path";
import { TrainChainError } from "@trainchain/protocol";
import { type RunPythonOptions, runPython } from "@trainchain/python-env";
import type { WorkerDeps } from "../deps.ts";

/** The scripts bound their CPU time by themselves, to a day at most; this one ends what waits for anything else. */
const timeoutMs = 25 * 60 * 60_000;

/**
 * Runs one of the trainer's image scripts. Image jobs cannot do without them: they decode what strangers sent, in a
 * process that holds no key and may be killed.
 */
export async function runImageScript<Event extends { event: string }>(
  { evaluator, log }: WorkerDeps,
  { script, args, schema }: { script: string; args: string[]; schema: RunPythonOptions<Event>["schema"] },
): Promise<Event[]> {
  if (!evaluator)
    throw new TrainChainError("configuration-invalid", "this platform takes no image jobs", {
      fix: "The operator has to set TRAINCHAIN_ENV_DIR: images are decoded and models evaluated in Python.",
    });
  return runPython({
    dir: evaluator.envDir,
    script: join(dirname(evaluator.script), script),
    args,
    schema,
    onLog: (line) => log.debug({ script, line }, "image script"),
    signal: AbortSignal.timeout(timeoutMs),
    graceMs: 1_000,
  });
}
