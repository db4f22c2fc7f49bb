import { localModelName } from "@trainchain/protocol";
import type { WorkerDeps } from "./deps.ts";

/** Where a base model is loaded from: the operator's folder of that name, or a hub by the model's id. */
export function pathOfModel({ extraModels }: Pick<WorkerDeps, "extraModels">, id: string): string {
  return extraModels.find((path) => localModelName(path) === localModelName(id)) ?? id;
}
