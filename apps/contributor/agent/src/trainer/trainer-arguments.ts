import { type AssignmentView, kindOf } from "@trainchain/protocol";
import type { TrainerSetup } from "../machine/trainer-setup.ts";

export interface TrainerRun {
  assignment: AssignmentView;
  wallet: string;
  /** The loopback gateway's address, with its path token. */
  gatewayUrl: string;
  workDir: string;
  /** What the base model is loaded by. */
  model: string;
  /** What a later round starts from; a first one starts from the job's seed. */
  initialAdapter?: string | undefined;
  /** Where the moments of the round before may lie. */
  optimizerState?: string | undefined;
  setup: TrainerSetup;
}

/** The command line of the kind's trainer for one assignment. */
export function trainerArguments({
  assignment,
  wallet,
  gatewayUrl,
  workDir,
  model,
  initialAdapter,
  optimizerState,
  setup,
}: TrainerRun): string[] {
  const { jobId, spec, shard } = assignment;
  const options: Record<string, string | number> = {
    "job-id": jobId,
    ...kindOf(spec.kind).trainer.optionsOf(spec, shard.cid, model),
    ...(initialAdapter === undefined ? {} : { "initial-adapter": initialAdapter }),
    ...(optimizerState === undefined ? {} : { "optimizer-state": optimizerState }),
    "contributor-wallet": wallet,
    "api-url": gatewayUrl,
    "work-dir": workDir,
    device: setup.device,
    ...(setup.cores === undefined ? {} : { cores: setup.cores }),
  };
  return Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
}
