import type { AdapterJobForWork } from "@trainchain/db/work";
import type { AdaptedModule } from "@trainchain/lora";
import type { WorkerDeps } from "../../deps.ts";
import { modulesOfModel } from "./modules-of-model.ts";

/** What a job asks of every adapter. */
export interface AdapterTerms {
  modules: AdaptedModule[];
  rank: number;
  alpha: number;
  seed: number;
}

export async function adapterTerms(deps: WorkerDeps, { prepared }: AdapterJobForWork): Promise<AdapterTerms> {
  const { spec, modelName } = prepared;
  const { rank, alpha, seed } = spec.lora;
  return { modules: await modulesOfModel(deps, modelName), rank, alpha, seed };
}
