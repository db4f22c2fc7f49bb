import type { AssignmentView } from "@trainchain/protocol";
import type { TrainerSetup } from "./step-context.ts";

export interface TrainerRun {
  assignment: AssignmentView;
  wallet: string;
  /** The loopback gateway's address, with its path token. */
  gatewayUrl: string;
  workDir: string;
  setup: TrainerSetup;
}

/** The command line of train_llm.py for one assignment. */
export function trainerArguments({ assignment, wallet, gatewayUrl, workDir, setup }: TrainerRun): string[] {
  const { jobId, spec, shard } = assignment;
  const options: Record<string, string | number> = {
    "job-id": jobId,
    "shard-cid": shard.cid,
    "model-name": spec.model.id,
    "model-revision": spec.model.revision,
    "lora-rank": spec.lora.rank,
    "lora-alpha": spec.lora.alpha,
    "target-modules": spec.lora.targetModules,
    epochs: spec.training.epochs,
    "learning-rate": spec.training.learningRate,
    "max-length": spec.training.maxLength,
    seed: spec.lora.seed,
    "contributor-wallet": wallet,
    "api-url": gatewayUrl,
    "work-dir": workDir,
    device: setup.device,
    ...(setup.cores === undefined ? {} : { cores: setup.cores }),
  };
  return Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
}
