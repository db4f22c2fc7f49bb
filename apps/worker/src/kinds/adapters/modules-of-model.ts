import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type AdaptedModule,
  type LlamaLikeConfig,
  modulesOfBert,
  modulesOfLlamaLike,
} from "@trainchain/lora";
import { type BaseModel, findBaseModel, shippedModels, TrainChainError } from "@trainchain/protocol";
import type { WorkerDeps } from "../../deps.ts";

/** The class of sentence encoders. */
const encoder = "BertModel";

/** What is read of a model's config.json; of an encoder also how long a text may be, where that is said. */
type ModelConfig = LlamaLikeConfig & { readonly max_position_embeddings?: unknown };

/**
 * The linear layers that an adapter of this base model changes: by the catalogue, or by the config.json of its folder.
 *
 * @param given the model's id, or the path of a folder of its name
 * @throws TrainChainError `configuration-invalid` where its shapes are not known
 */
export async function modulesOfModel(
  deps: Pick<WorkerDeps, "models">,
  given: string,
): Promise<AdaptedModule[]> {
  const { model, config } = await configOf(deps, given);
  try {
    return config.architectures?.[0] === encoder ? modulesOfBert(config) : modulesOfLlamaLike(config);
  } catch (cause) {
    throw new TrainChainError("configuration-invalid", `the base model ${model.id} cannot be used`, {
      fix: cause instanceof Error ? cause.message : undefined,
      cause,
    });
  }
}

/**
 * The configuration of a base model that embeds texts, and answers none; undefined of any other.
 *
 * @throws TrainChainError `configuration-invalid` where it is not in the catalogue or cannot be read
 */
export async function readEncoder(
  deps: Pick<WorkerDeps, "models">,
  given: string,
): Promise<ModelConfig | undefined> {
  const { config } = await configOf(deps, given);
  return config.architectures?.[0] === encoder ? config : undefined;
}

async function configOf({ models }: Pick<WorkerDeps, "models">, given: string) {
  const model = findBaseModel([...models, ...shippedModels], given);
  if (!model)
    throw new TrainChainError("configuration-invalid", `the base model ${given} is not in the catalogue`, {
      fix: "Name one that is, or add it to the file that MODELS_FILE names (docs/models.md).",
    });
  const config: ModelConfig = model.config ?? (await readConfig(model));
  return { model, config };
}

async function readConfig({ id, path = id }: BaseModel): Promise<ModelConfig> {
  try {
    return JSON.parse(await readFile(join(path, "config.json"), "utf8")) as ModelConfig;
  } catch (cause) {
    throw new TrainChainError("configuration-invalid", `the base model ${id} has no readable config.json`, {
      fix: "Put the model's whole folder where MODELS_FILE says that it is, readable for this user.",
      cause,
    });
  }
}
