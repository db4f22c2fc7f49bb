import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type AdaptedModule, type LlamaLikeConfig, modulesOfLlamaLike } from "@trainchain/lora";
import { type BaseModel, findBaseModel, TrainChainError } from "@trainchain/protocol";
import type { WorkerDeps } from "../../deps.ts";

/**
 * The linear layers that an adapter of this base model changes: by the catalogue, or by the config.json of its folder.
 *
 * @param given the model's id, or the path of a folder of its name
 * @throws TrainChainError `configuration-invalid` where its shapes are not known
 */
export async function modulesOfModel(
  { models }: Pick<WorkerDeps, "models">,
  given: string,
): Promise<AdaptedModule[]> {
  const model = findBaseModel(models, given);
  if (!model)
    throw new TrainChainError("configuration-invalid", `the base model ${given} is not in the catalogue`, {
      fix: "Name one that is, or add it to the file that MODELS_FILE names (docs/models.md).",
    });
  const config = model.config ?? (await readConfig(model));
  try {
    return modulesOfLlamaLike(config);
  } catch (cause) {
    throw new TrainChainError("configuration-invalid", `the base model ${model.id} cannot be used`, {
      fix: cause instanceof Error ? cause.message : undefined,
      cause,
    });
  }
}

async function readConfig({ id, path = id }: BaseModel): Promise<LlamaLikeConfig> {
  try {
    return JSON.parse(await readFile(join(path, "config.json"), "utf8")) as LlamaLikeConfig;
  } catch (cause) {
    throw new TrainChainError("configuration-invalid", `the base model ${id} has no readable config.json`, {
      fix: "Put the model's whole folder where MODELS_FILE says that it is, readable for this user.",
      cause,
    });
  }
}
