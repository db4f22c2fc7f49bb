import { type BaseModel, findBaseModel, TrainChainError } from "@trainchain/protocol";
import type { Platform } from "../deps.ts";

/**
 * One of the operator's models, by its id; one on a disk also by a path to a folder of its name.
 * @throws TrainChainError `invalid-input`
 */
export function findModel({ models }: Pick<Platform, "models">, given: string): BaseModel {
  const model = findBaseModel(models, given);
  if (model) return model;
  throw new TrainChainError("invalid-input", `model: "${given}" is not offered here`, {
    fix: `Choose one of ${models.map(({ id }) => id).join(", ")}.`,
  });
}
