import { join } from "node:path";
import { findLocalModel } from "@trainchain/python-env";
import type { TrainerSetup } from "./step-context.ts";

/** What a trainer loads the base model by: a hub's id, or the folder on this machine that holds exactly that model. */
export async function modelPath(
  { scriptDir, modelDirs = [] }: TrainerSetup,
  model: { id: string; revision: string; sha256?: string | undefined },
): Promise<string> {
  // A model of the operator's own that has an id instead of a folder is loaded by it.
  if (model.sha256 === undefined) return model.id;
  return findLocalModel(model, [...modelDirs, join(scriptDir, model.id)]);
}
