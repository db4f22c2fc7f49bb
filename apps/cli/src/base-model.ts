import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findEmbeddedModel, modelOfSpecSchema } from "@trainchain/protocol";
import { ensureEmbeddedModel, ensureEnvironment, findLocalModel } from "@trainchain/python-env";
import { z } from "zod";
import { readAdapterFolder } from "./adapter-folder.ts";
import { readEnv } from "./env.ts";

/** The folder of the trainer's scripts. */
export const trainer = fileURLToPath(new URL("../../../trainer/", import.meta.url));

/** What its environment is made of. */
export const requirementsPath = join(trainer, "requirements.txt");

const defaultEnvDir = fileURLToPath(new URL("../../../.trainchain_env", import.meta.url));

/** The folder of the trainer's Python environment, whether it is made yet or not. */
export function pythonEnvDir(): string {
  return readEnv().TRAINCHAIN_ENV_DIR ?? defaultEnvDir;
}

/** A Python environment that is set up, and the base model of a result that a script of the trainer may load in it. */
export interface BaseModel {
  envDir: string;
  /** Hub id or folder. */
  model: string;
  /** `--model` and, where the result says it, `--model-revision`. */
  args: string[];
}

/**
 * Sets up Python and finds the base model of a downloaded result.
 *
 * @param dir the result's folder
 * @param given the model that the caller names instead, by hub id or folder
 */
export async function openBaseModel(
  dir: string,
  given: string | undefined,
  note: (message: string) => void,
): Promise<BaseModel> {
  const { baseModel } = await readAdapterFolder(dir);
  const stated = given === undefined ? await modelOf(dir) : undefined;
  return openModel(stated, given ?? stated?.id ?? baseModel, note);
}

/**
 * Sets up Python and finds a base model by its hub id, folder or embedded name.
 *
 * @param stated what a job's documents say of it; undefined where the caller names it
 */
export async function openModel(
  stated: ModelOfSpec | undefined,
  named: string,
  note: (message: string) => void,
): Promise<BaseModel> {
  const envDir = pythonEnvDir();
  const onProgress = ({ message }: { message: string }) => note(message);
  await ensureEnvironment({ dir: envDir, requirementsPath, onProgress });
  const embedded = findEmbeddedModel(named);
  if (embedded) await ensureEmbeddedModel({ model: embedded, envDir, scriptDir: trainer, onProgress });
  // A model of the platform's operator, where it is the one that comes with the trainer; else --model must say where it is.
  const model =
    !embedded && stated?.sha256 ? await findLocalModel(stated, [join(trainer, stated.id)]) : named;
  const revision = stated === undefined ? [] : ["--model-revision", stated.revision];
  return { envDir, model, args: ["--model", model, ...revision] };
}

type ModelOfSpec = z.infer<typeof modelOfSpecSchema>;

const resultSchema = z.object({ model: modelOfSpecSchema });

/** The base model that the adapter was trained on, as the result's own result.json says. */
async function modelOf(dir: string): Promise<ModelOfSpec | undefined> {
  const text = await readFile(join(dir, "result.json"), "utf8").catch(() => "null");
  return resultSchema.safeParse(JSON.parse(text)).data?.model;
}
