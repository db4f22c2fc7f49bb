import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type AdaptedModule, type LlamaLikeConfig, modulesOfLlamaLike } from "@trainchain/lora";
import { baseModels, TrainChainError } from "@trainchain/protocol";

/** The classes of the supported table's model types. */
const architectures: Record<string, string | undefined> = {
  llama: "LlamaForCausalLM",
  qwen2: "Qwen2ForCausalLM",
  phi3: "Phi3ForCausalLM",
};

/** The linear layers that an adapter of this base model changes: by the table, or by a local model's config.json. */
export async function modulesOfModel(model: string): Promise<AdaptedModule[]> {
  const known = baseModels.find(({ id }) => id === model)?.config;
  const config: LlamaLikeConfig = known
    ? { ...known, architectures: [architectures[known.model_type] ?? known.model_type] }
    : await readConfig(model);
  try {
    return modulesOfLlamaLike(config);
  } catch (cause) {
    throw new TrainChainError("configuration-invalid", `the base model ${model} cannot be used`, {
      fix: cause instanceof Error ? cause.message : undefined,
      cause,
    });
  }
}

async function readConfig(model: string): Promise<LlamaLikeConfig> {
  try {
    return JSON.parse(await readFile(join(model, "config.json"), "utf8")) as LlamaLikeConfig;
  } catch (cause) {
    throw new TrainChainError(
      "configuration-invalid",
      `the base model ${model} has no readable config.json`,
      {
        fix: "Name a supported model, or the path of a model folder, in EXTRA_MODELS.",
        cause,
      },
    );
  }
}
