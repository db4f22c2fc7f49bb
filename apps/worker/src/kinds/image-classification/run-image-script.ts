import { type EvaluatorEvent, TrainChainError } from "@trainchain/protocol";
import type { WorkerDeps } from "../../deps.ts";

/**
 * Runs one of the trainer's image scripts. Image jobs cannot do without them: they decode what strangers sent, in a
 * process that holds no key and may be killed.
 */
export async function runImageScript<Script extends "check_images.py" | "evaluate_image.py">(
  { evaluator }: WorkerDeps,
  script: Script,
  args: readonly string[],
  { alone }: { alone?: boolean } = {},
): Promise<EvaluatorEvent<Script>[]> {
  if (!evaluator)
    throw new TrainChainError("configuration-invalid", "this platform takes no image jobs", {
      fix: "The operator has to set up an evaluator: images are decoded and models evaluated in Python.",
    });
  return evaluator.run({ script, args, alone });
}
