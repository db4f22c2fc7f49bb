import type { AssignmentView, ImageJobSpec, LlmJobSpec } from "@trainchain/protocol";
import type { TrainerSetup } from "./step-context.ts";

export interface TrainerRun {
  assignment: AssignmentView;
  wallet: string;
  /** The loopback gateway's address, with its path token. */
  gatewayUrl: string;
  workDir: string;
  /** What the base model is loaded by, where that is not its id. */
  model?: string | undefined;
  /** What a later round starts from; a first one starts from the job's seed. */
  initialAdapter?: string | undefined;
  /** Where the moments of the round before may lie. */
  optimizerState?: string | undefined;
  setup: TrainerSetup;
}

/** The trainer's script for a kind of job, in its folder. */
export const trainerScripts = {
  "llm-finetune": "train_llm.py",
  "image-classification": "train_yolo.py",
} as const;

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
    ...(spec.kind === "image-classification"
      ? imageOptions(spec, shard.cid)
      : llmOptions(spec, shard.cid, model)),
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

function llmOptions({ model, lora, training, series }: LlmJobSpec, cid: string, path = model.id) {
  return {
    "shard-cid": cid,
    "model-name": path,
    "model-revision": model.revision,
    "lora-rank": lora.rank,
    "lora-alpha": lora.alpha,
    "target-modules": lora.targetModules,
    epochs: training.epochs,
    "learning-rate": training.learningRate,
    "max-length": training.maxLength,
    ...(training.rowsPerStep === undefined ? {} : { "rows-per-step": training.rowsPerStep }),
    ...(training.finalRate === undefined ? {} : { "final-rate": training.finalRate }),
    ...(series === undefined ? {} : { round: series.round, rounds: series.rounds }),
    seed: lora.seed,
  };
}

/** No class name holds a comma, so the list can be joined by them. */
function imageOptions({ model, training, classes, exportFormat }: ImageJobSpec, cid: string) {
  return {
    "dataset-cid": cid,
    model: model.id,
    epochs: training.epochs,
    imgsz: training.imgsz,
    "num-classes": classes.length,
    classes: classes.join(","),
    "export-format": exportFormat,
    seed: training.seed,
  };
}
