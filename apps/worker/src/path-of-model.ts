import { findBaseModel } from "@trainchain/protocol";
import type { WorkerDeps } from "./deps.ts";

/** Where a base model is loaded from: its folder where it has one, or a hub by the model's id. */
export function pathOfModel({ models }: Pick<WorkerDeps, "models">, id: string): string {
  return findBaseModel(models, id)?.path ?? id;
}
